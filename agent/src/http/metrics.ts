import {
  FRAME_OUTCOMES,
  LATENCY_BOUNDS_S,
  type FrameOutcome,
  type LatencyHistogram,
} from '../vision/frame-counters.js';
import type { TagCounts } from '../domain/rfid/presence.js';
import type { Unjoined } from '../domain/goods/sales.js';
import type { ReadCounts } from '../pipeline/tag-thinner.js';
import type { Door } from './door.js';
import type { InterestCounts } from '../pipeline/interest.js';
import { unauthorized, type Route } from './server.js';

export interface AgentFigures {
  /** by device label, then reason */
  refused: ReadonlyMap<string, readonly { reason: string; count: number }[]>;
  /** understood and of no consequence, by device and reason */
  ignored: readonly { device: string; reason: string; count: number }[];
  accepted: number;
  journal: {
    seq: number;
    appliedSeq: number;
    flushedSeq: number;
    snapshotSeq: number;
    /** snapshots that could not be used, over the agent's whole life */
    unusableSnapshots: number;
    segments: number;
    queuedBytes: number;
    blocked: boolean;
  };
  outbox: {
    waiting: number;
    oldestTs: number | null;
    discarded: number;
    refusedByCloud: number;
    acknowledged: number;
    /** of kinds that the cloud does not speak */
    held: readonly { kind: string; count: number }[];
  };
  /** commands of the cloud that this agent refused, over its whole life, the newest 200 */
  refusedCommands: readonly { code: string }[];
  connections: number;
  /** for clients that are away, or do not acknowledge */
  waiting: { sessions: number; bytes: number; notKept: number };
  knocks: number;
  cloudConnected: boolean;
  clockEpochs: ReadonlyMap<string, number>;
  /** items that turned up too late for the sale that they belong to */
  unjoined: Unjoined;
  /** cameras that send pictures, by id */
  frames: ReadonlyMap<string, { counts: Readonly<Record<FrameOutcome, number>>; latency: LatencyHistogram }>;
  /** BLE receivers, by id */
  ble: ReadonlyMap<string, { adverts: number; nearby: number }>;
  /** by reader */
  tagReads: ReadonlyMap<string, Readonly<ReadCounts>>;
  tagEvents: ReadonlyMap<string, Readonly<TagCounts>>;
  interest: InterestCounts;
  memory: { rss: number; heapUsed: number; external: number };
  /** of what listens here, epoch ms */
  certificateEndsTs?: number | undefined;
}

/** `GET /metrics`: Prometheus text, with the local secret. */
export function metricsRoute(door: Door, figures: () => AgentFigures): Route {
  return (request) => {
    if (request.path !== '/metrics') return undefined;
    if (!door.lets(request)) return unauthorized(false);
    return { status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: prometheus(figures()) };
  };
}

function tagLines({ tagReads, tagEvents }: AgentFigures): string[] {
  const reads = [...tagReads].map(([id, counts]) => [`{device="${escape(id)}"}`, counts] as const);
  return [
    '# HELP aisle_rfid_reads_total Sightings of tags since the start, by reader.',
    '# TYPE aisle_rfid_reads_total counter',
    ...reads.map(([labels, counts]) => `aisle_rfid_reads_total${labels} ${counts.reads}`),
    '# HELP aisle_rfid_reads_thinned_total Of those, how many said nothing new.',
    '# TYPE aisle_rfid_reads_thinned_total counter',
    ...reads.map(([labels, counts]) => `aisle_rfid_reads_thinned_total${labels} ${counts.thinned}`),
    "# HELP aisle_rfid_events_total The shop's tags that appeared, went and moved, by reader.",
    '# TYPE aisle_rfid_events_total counter',
    ...[...tagEvents].flatMap(([id, counts]) =>
      Object.entries(counts).map(
        ([event, count]) => `aisle_rfid_events_total{device="${escape(id)}",event="${event}"} ${count}`,
      ),
    ),
  ];
}

function interestLines({ model, asked, answered, failed, dropped }: InterestCounts): string[] {
  const name = 'aisle_interest_questions_total';
  return [
    '# HELP aisle_interest_model 1 while a model judges interest.',
    '# TYPE aisle_interest_model gauge',
    `aisle_interest_model ${model === null ? 0 : 1}`,
    `# HELP ${name} Moments of visits put to the interest model since the start, by outcome.`,
    `# TYPE ${name} counter`,
    ...Object.entries({ asked, answered, failed, dropped }).map(([key, count]) => `${name}{outcome="${key}"} ${count}`),
  ];
}

export function prometheus(figures: AgentFigures): string {
  const lines: string[] = [];
  const family = (name: string, type: 'counter' | 'gauge', help: string, samples: [labels: string, value: number][]) =>
    lines.push(
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${type}`,
      ...samples.map(([labels, value]) => `${name}${labels} ${value}`),
    );
  const one = (name: string, type: 'counter' | 'gauge', help: string, value: number) =>
    family(name, type, help, [['', value]]);
  const refused = [...figures.refused].flatMap(([device, reasons]) =>
    reasons.map(({ reason, count }): [string, number] => [
      `{device="${escape(device)}",reason="${escape(reason)}"}`,
      count,
    ]),
  );
  family('aisle_messages_refused_total', 'counter', 'Messages that changed nothing, by device and reason.', refused);
  family(
    'aisle_messages_ignored_total',
    'counter',
    'What was understood and is of no consequence: other words of a maker, other kinds of objects, flags that go back.',
    figures.ignored.map(({ device, reason, count }) => [
      `{device="${escape(device)}",reason="${escape(reason)}"}`,
      count,
    ]),
  );
  one('aisle_messages_accepted_total', 'counter', 'Messages taken into the journal since the start.', figures.accepted);
  family(
    'aisle_device_clock_epochs_total',
    'counter',
    'Times that a device clock fell back for good.',
    [...figures.clockEpochs].map(([device, count]) => [`{device="${escape(device)}"}`, count]),
  );
  one(
    'aisle_items_unjoined_total',
    'counter',
    'Items found taken more than a day late: sales were placed without them.',
    figures.unjoined.pickups,
  );
  one(
    'aisle_returns_unjoined_total',
    'counter',
    'Returns of a sale that never turned up: they were placed by facings.',
    figures.unjoined.returns,
  );
  family(
    'aisle_frames_total',
    'counter',
    'Pictures of cameras since the start, by outcome.',
    [...figures.frames].flatMap(([device, { counts }]) =>
      FRAME_OUTCOMES.map((outcome): [string, number] => [
        `{device="${escape(device)}",outcome="${outcome}"}`,
        counts[outcome],
      ]),
    ),
  );
  lines.push(...latencies(figures.frames));
  const receivers = (value: (one: { adverts: number; nearby: number }) => number) =>
    [...figures.ble].map(([device, one]): [string, number] => [`{device="${escape(device)}"}`, value(one)]);
  family(
    'aisle_ble_adverts_total',
    'counter',
    'BLE advertisements heard since the start, by receiver.',
    receivers(({ adverts }) => adverts),
  );
  family(
    'aisle_ble_nearby',
    'gauge',
    'Distinct BLE devices of strangers in the last minute, by receiver.',
    receivers(({ nearby }) => nearby),
  );
  lines.push(...tagLines(figures));
  lines.push(...interestLines(figures.interest));
  const { journal, outbox, memory } = figures;
  one('aisle_journal_seq', 'gauge', 'Newest journal sequence.', journal.seq);
  one('aisle_journal_applied_seq', 'gauge', 'Newest journal sequence that the engine has seen.', journal.appliedSeq);
  one(
    'aisle_outbox_flushed_seq',
    'gauge',
    'Journal sequence up to which facts stand in the outbox.',
    journal.flushedSeq,
  );
  one('aisle_journal_snapshot_seq', 'gauge', 'Journal sequence of the newest durable snapshot.', journal.snapshotSeq);
  one(
    'aisle_snapshots_unusable_total',
    'counter',
    'Snapshots that could not be used: the state was rebuilt from the journal.',
    journal.unusableSnapshots,
  );
  one('aisle_journal_segments', 'gauge', 'Files of the journal.', journal.segments);
  one('aisle_journal_queued_bytes', 'gauge', 'Bytes taken and not yet durable.', journal.queuedBytes);
  one(
    'aisle_journal_blocked',
    'gauge',
    '1 while the disk is full and nothing is acknowledged.',
    journal.blocked ? 1 : 0,
  );
  one('aisle_outbox_waiting', 'gauge', 'Facts that wait for the cloud.', outbox.waiting);
  one('aisle_outbox_discarded_total', 'counter', 'Minute facts dropped because the disk was full.', outbox.discarded);
  one('aisle_outbox_refused_total', 'counter', 'Facts that the cloud refused since the start.', outbox.refusedByCloud);
  one(
    'aisle_outbox_acknowledged_total',
    'counter',
    'Facts that the cloud committed since the start.',
    outbox.acknowledged,
  );
  family(
    'aisle_outbox_held',
    'gauge',
    'Facts that wait for a newer cloud, which does not speak their kind yet.',
    outbox.held.map(({ kind, count }) => [`{kind="${escape(kind)}"}`, count]),
  );
  const codes = [...new Set(figures.refusedCommands.map(({ code }) => code))].sort();
  family(
    'aisle_inbox_refused',
    'gauge',
    'Commands of the cloud that this agent could not use and left with it, by reason (the newest 200).',
    codes.map((code) => [
      `{reason="${escape(code)}"}`,
      figures.refusedCommands.filter((refused) => refused.code === code).length,
    ]),
  );
  one('aisle_broker_connections', 'gauge', 'MQTT connections.', figures.connections);
  one('aisle_broker_sessions_away', 'gauge', 'MQTT sessions whose client is away.', figures.waiting.sessions);
  one('aisle_broker_waiting_bytes', 'gauge', 'Bytes of messages that wait for MQTT clients.', figures.waiting.bytes);
  one(
    'aisle_broker_not_kept_total',
    'counter',
    'Messages that were not kept for a client that is away or does not acknowledge: its share was full.',
    figures.waiting.notKept,
  );
  one('aisle_knocks_total', 'counter', 'Log-ins and messages of names that are not in the store file.', figures.knocks);
  one('aisle_cloud_connected', 'gauge', '1 while the line to the cloud stands.', figures.cloudConnected ? 1 : 0);
  if (figures.certificateEndsTs !== undefined)
    one(
      'aisle_certificate_expires_timestamp_seconds',
      'gauge',
      'When the certificate of what listens here ends.',
      figures.certificateEndsTs / 1000,
    );
  one('process_resident_memory_bytes', 'gauge', 'Resident memory.', memory.rss);
  one('aisle_heap_used_bytes', 'gauge', 'Used JavaScript heap.', memory.heapUsed);
  one('aisle_external_bytes', 'gauge', 'Memory of buffers outside the heap.', memory.external);
  return `${lines.join('\n')}\n`;
}

function latencies(frames: AgentFigures['frames']): string[] {
  const name = 'aisle_frame_latency_seconds';
  const lines = [
    `# HELP ${name} From the arrival of a picture until its people are known.`,
    `# TYPE ${name} histogram`,
  ];
  for (const [device, { latency }] of frames) {
    const label = `device="${escape(device)}"`;
    LATENCY_BOUNDS_S.forEach((bound, index) =>
      lines.push(`${name}_bucket{${label},le="${bound}"} ${latency.buckets[index]}`),
    );
    lines.push(
      `${name}_bucket{${label},le="+Inf"} ${latency.count}`,
      `${name}_sum{${label}} ${latency.sumSeconds}`,
      `${name}_count{${label}} ${latency.count}`,
    );
  }
  return lines;
}

const escape = (label: string): string => label.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
