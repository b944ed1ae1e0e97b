/**
 * Which way imports run, as lint rules (the design's chapter "Rooms"). One table, read from the inside out: a room
 * lists what it may NOT import. `@aisle/contracts` imports nothing of ours; only `tests` may import everything.
 */
const OUR_PACKAGES = ['contracts', 'agent', 'cloud', 'dashboard', 'simulators', 'tests'];
const ADAPTER_LIBRARIES = {
  agent: ['mqtt', 'aedes', 'libsql', 'ws', 'sharp', 'onnxruntime-node', 'node-ble', 'dbus-next'],
  cloud: [
    ...['mqtt', 'aedes', 'libsql', 'kysely', 'pg', '@duckdb/node-api', '@influxdata/influxdb-client'],
    ...['sharp', 'aws4fetch', '@nats-io/transport-node', '@nats-io/jetstream', '@nats-io/jwt', '@nats-io/nkeys'],
  ],
};

/** The agent's rooms, as folders under agent/src. */
const AGENT_ROOMS = [
  ...['app', 'domain', 'ports', 'devices', 'fleet', 'vision', 'pipeline', 'journal', 'screens', 'uplink'],
  ...['adapters', 'config', 'http', 'conversion', 'training', 'main'],
];
const agentRoomsBut = (seen) => AGENT_ROOMS.filter((room) => !seen.includes(room));

const restrict = (files, ignores, patterns) => ({
  files,
  ignores: ['**/*.test.ts', ...ignores],
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});
const packages = (names, message) => ({
  regex: `^@aisle/(${names.join('|')})(/|$)|^(\\.\\./)+(${names.join('|')})/`,
  message,
});
const rooms = (names, message) => ({
  regex: `^(\\.\\./)+(${names.join('|')})(/|\\.)|^\\./(${names.join('|')})(/|\\.)`,
  message,
});
const libraries = (names) => ({
  regex: `^(${names.join('|')})(/|$)`,
  message: 'Only adapters/ imports this library: go through its port.',
});

/** @returns {import('eslint').Linter.Config[]} one entry per room */
export function importRules() {
  const others = (own) =>
    packages(
      OUR_PACKAGES.filter((name) => name !== own && name !== 'contracts'),
      `${own} speaks to other processes through contracts only.`,
    );
  const agentLibraries = libraries(ADAPTER_LIBRARIES.agent);
  const cloudLibraries = libraries(ADAPTER_LIBRARIES.cloud);
  const io = {
    regex: '^node:(fs|net|http|https|child_process|worker_threads|dgram|tls)(/|$)',
    message: 'domain/ and conversion/ are pure: no input or output.',
  };
  return [
    restrict(
      ['contracts/src/**/*.ts'],
      [],
      [
        packages(
          OUR_PACKAGES.filter((n) => n !== 'contracts'),
          'contracts imports nothing of ours.',
        ),
      ],
    ),
    // The commands and the composition: they may see every room, but no library of an adapter.
    restrict(['agent/src/*.ts', 'agent/src/app/**/*.ts'], [], [others('agent'), agentLibraries]),
    restrict(
      ['agent/src/domain/**/*.ts'],
      [],
      [
        ...[others('agent'), agentLibraries, io],
        rooms(agentRoomsBut(['domain', 'screens']), 'domain/ imports nothing but contracts.'),
        // domain/screens/ is next door, screens/ is another room
        { regex: '^(\\.\\./){2,}screens/', message: 'domain/ imports nothing but contracts.' },
      ],
    ),
    restrict(
      ['agent/src/ports/**/*.ts'],
      [],
      [
        others('agent'),
        agentLibraries,
        rooms(agentRoomsBut(['domain', 'ports']), 'ports/ sees domain and contracts only.'),
      ],
    ),
    restrict(
      ['agent/src/{devices,fleet,vision,journal,screens,uplink}/**/*.ts'],
      [],
      [
        others('agent'),
        agentLibraries,
        rooms(['app', 'pipeline', 'adapters', 'http', 'main'], 'This room sees ports and domain only.'),
      ],
    ),
    restrict(
      ['agent/src/training/**/*.ts'],
      [],
      [
        others('agent'),
        agentLibraries,
        rooms(
          agentRoomsBut(['domain', 'ports', 'conversion', 'training']),
          'training/ sees conversion, ports and domain only.',
        ),
      ],
    ),
    restrict(
      ['agent/src/conversion/**/*.ts'],
      [],
      [
        others('agent'),
        agentLibraries,
        io,
        rooms(agentRoomsBut(['ports', 'conversion']), 'conversion/ is pure and sees ports only.'),
      ],
    ),
    restrict(
      ['agent/src/pipeline/**/*.ts'],
      [],
      [
        others('agent'),
        agentLibraries,
        rooms(
          ['app', 'adapters', 'http', 'main'],
          'pipeline/ sees devices, fleet, vision, journal, screens, ports and domain.',
        ),
      ],
    ),
    restrict(
      ['agent/src/adapters/**/*.ts'],
      [],
      [
        others('agent'),
        rooms(agentRoomsBut(['domain', 'ports', 'adapters', 'config', 'vision']), 'adapters/ sees ports only.'),
      ],
    ),
    restrict(
      ['agent/src/{http,config}/**/*.ts'],
      [],
      [others('agent'), agentLibraries, rooms(['app', 'adapters', 'main'], 'Adapters are put together in app/.')],
    ),
    restrict(['cloud/src/*.ts'], [], [others('cloud'), cloudLibraries]),
    restrict(
      ['cloud/src/ports/**/*.ts'],
      [],
      [
        others('cloud'),
        cloudLibraries,
        rooms(
          ['ingest', 'store', 'adapters', 'insight', 'access', 'live', 'http', 'main'],
          'ports/ sees contracts only.',
        ),
      ],
    ),
    restrict(
      ['cloud/src/{ingest,insight,access,campaigns,content,planograms,alerts,live,inbox,stores,enrolment}/**/*.ts'],
      [],
      [
        others('cloud'),
        cloudLibraries,
        rooms(['adapters', 'store', 'http', 'main'], 'Rules see ports, never adapters.'),
      ],
    ),
    restrict(
      ['cloud/src/http/**/*.ts'],
      [],
      [others('cloud'), cloudLibraries, rooms(['adapters', 'store', 'main'], 'Routes are thin: they call rules.')],
    ),
    restrict(
      ['cloud/src/operator/**/*.ts'],
      [],
      [
        others('cloud'),
        cloudLibraries,
        rooms(
          ['adapters', 'store', 'http', 'ingest', 'insight', 'access', 'live', 'main'],
          'The command line is a client of the REST API.',
        ),
      ],
    ),
    restrict(
      ['cloud/src/{adapters,store}/**/*.ts'],
      [],
      [others('cloud'), rooms(['ingest', 'insight', 'access', 'live', 'http', 'main'], 'Adapters see ports only.')],
    ),
    restrict(['dashboard/src/**/*.{ts,svelte}'], ['dashboard/src/lib/**'], [others('dashboard')]),
    restrict(
      ['dashboard/src/lib/**/*.{ts,svelte}'],
      [],
      [others('dashboard'), rooms(['routes'], 'lib/ knows no route: what knows one lives with it.')],
    ),
    restrict(['simulators/src/**/*.ts'], [], [others('simulators')]),
  ];
}
