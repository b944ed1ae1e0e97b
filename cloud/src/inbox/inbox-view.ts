import {
  SPEAKS,
  SPEAKS_0_1,
  Speaks,
  WAIT_REASONS,
  compile,
  understands,
  type AgentStatus,
  type InboxView,
  type WaitingCommand,
} from '@aisle/contracts';
import type { AgentRecord, HeldCommand } from '../ports/index.js';

const speaksChecker = compile(Speaks);
const iso = (ts: number): string => new Date(ts).toISOString();

/** What an agent speaks, as far as it has ever said; one that says nothing is of 0.1. */
export function spokenBy(agent: Pick<AgentRecord, 'speaks'> | undefined): Speaks {
  if (!agent || agent.speaks === null) return SPEAKS_0_1;
  const checked = speaksChecker.check(JSON.parse(agent.speaks));
  return checked.ok ? checked.value : SPEAKS_0_1;
}

/** Whether the cloud has something to say that the agent does not understand. */
const isOlder = ({ commands }: Speaks): boolean =>
  Object.entries(SPEAKS.commands).some(([kind, version]) => !understands(commands, kind, version));

export function waitingCommand({ command, sinceTs, reason }: HeldCommand): WaitingCommand {
  return {
    kind: command.kind,
    code: WAIT_REASONS.find((code) => code === reason) ?? 'malformed',
    since: iso(sinceTs),
    ...('version' in command && { version: command.version }),
    ...(command.kind === 'planned' && { validFrom: iso(command.validFrom) }),
  };
}

export function inboxView(
  agent: AgentRecord | undefined,
  status: AgentStatus | undefined,
  held: readonly HeldCommand[],
): InboxView {
  const { recompute } = status ?? {};
  return {
    agentVersion: agent?.agentVersion ?? null,
    agentOlder: agent !== undefined && agent.agentVersion !== null && isOlder(spokenBy(agent)),
    waits: held.map(waitingCommand),
    held: status?.held ?? [],
    recompute: recompute
      ? {
          state: recompute.state,
          generation: recompute.generation,
          from: iso(recompute.fromTs),
          reached: recompute.reachedTs === null ? null : iso(recompute.reachedTs),
          facts: recompute.facts,
        }
      : null,
  };
}
