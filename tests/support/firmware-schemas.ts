import { Type, type TProperties, type TSchema } from '@sinclair/typebox';
import { compile } from '@aisle/contracts';

/**
 * What the makers' documentation has of the keys that the ready configurations use, and not one key more: an invented or
 * misspelt one is refused. The READMEs name the sources.
 */
const strict = (properties: TProperties) => Type.Object(properties, { additionalProperties: false });
const one = (...values: (string | number)[]) => Type.Union(values.map((value) => Type.Literal(value)));
const Text = Type.String({ minLength: 1 });
const Flag = Type.Boolean();
const Port = Type.Integer({ minimum: 1, maximum: 65_535 });
const Qos = one(0, 1, 2);
const Time = Type.String({ pattern: '^\\d+(ms|s|min)$' });
const Pin = Type.String({ pattern: '^GPIO([0-9]|[12][0-9]|3[0-3])$' });
const Switch = one('enabled', 'disabled');

const EsphomeMessage = strict({ topic: Text, payload: Text, qos: Qos, retain: Flag });
const EsphomeFilter = Type.Union([
  strict({
    median: strict({ window_size: Type.Integer(), send_every: Type.Integer(), send_first_at: Type.Integer() }),
  }),
  strict({
    calibrate_linear: Type.Array(Type.String({ pattern: '^-?[\\d.]+ -> -?[\\d.]+$' }), { minItems: 2 }),
  }),
  strict({
    or: Type.Array(Type.Union([strict({ throttle: Time }), strict({ delta: Type.Number({ exclusiveMinimum: 0 }) })])),
  }),
]);
const EsphomeParts = {
  esphome: strict({ name: Type.String({ pattern: '^[a-z0-9-]{1,31}$' }) }),
  esp32: strict({ board: Text, framework: strict({ type: one('esp-idf', 'arduino') }) }),
  logger: strict({ level: one('NONE', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'VERBOSE') }),
  wifi: strict({ ssid: Text, password: Text }),
  ota: Type.Array(strict({ platform: Type.Literal('esphome'), password: Text })),
  mqtt: strict({
    id: Type.Optional(Text),
    broker: Text,
    port: Port,
    username: Text,
    password: Text,
    client_id: Text,
    topic_prefix: Text,
    discovery: Flag,
    discover_ip: Flag,
    log_topic: Type.Null(),
    keepalive: Time,
    birth_message: EsphomeMessage,
    will_message: EsphomeMessage,
    shutdown_message: EsphomeMessage,
  }),
  sensor: Type.Array(
    strict({
      platform: Type.Literal('hx711'),
      name: Text,
      dout_pin: Pin,
      clk_pin: Pin,
      gain: one(32, 64, 128),
      update_interval: Time,
      unit_of_measurement: one('g', 'kg', 'lb'),
      device_class: Type.Literal('weight'),
      accuracy_decimals: Type.Integer({ minimum: 0, maximum: 4 }),
      qos: Qos,
      retain: Flag,
      filters: Type.Array(EsphomeFilter),
    }),
  ),
};
const BleTracker = strict({
  scan_parameters: strict({ interval: Time, window: Time, active: Flag, continuous: Flag }),
  on_ble_advertise: Type.Array(strict({ then: Type.Array(strict({ lambda: Text })) })),
});

const ZebraConnection = strict({
  type: Type.Literal('mqtt'),
  name: Text,
  options: strict({
    endpoint: strict({ hostName: Text, port: Port, protocol: one('tcp', 'ssl') }),
    enableSecurity: Flag,
    basicAuthentication: strict({ username: Text, password: Text }),
    additional: strict({
      keepAlive: Type.Integer({ minimum: 1 }),
      cleanSession: Flag,
      debug: Flag,
      reconnectDelay: Type.Integer(),
      reconnectDelayMax: Type.Integer(),
      clientId: Text,
      qos: Qos,
    }),
    publishTopic: Type.Array(Text, { minItems: 1 }),
  }),
  additionalOptions: strict({
    batching: strict({ reportingInterval: Type.Integer(), maxPayloadSizePerReport: Type.Integer() }),
    retention: strict({
      throttle: Type.Integer(),
      maxNumEvents: Type.Integer(),
      maxEventRetentionTimeInMin: Type.Integer(),
    }),
  }),
});
const ZebraEvents = strict({ event: strict({ connections: Type.Array(ZebraConnection, { minItems: 1 }) }) });
const ZebraEndpoints = strict({ data: ZebraEvents, management: ZebraEvents });

const schemas: Readonly<Record<string, TSchema>> = {
  'esphome-shelf/shelf.yaml': strict(EsphomeParts),
  'esphome-ble-proxy-shelf/proxy-shelf.yaml': strict({ ...EsphomeParts, esp32_ble_tracker: BleTracker }),
  'impinj-r700/mqtt.json': strict({
    active: Flag,
    brokerHostname: Text,
    brokerPort: Port,
    cleanSession: Flag,
    clientId: Text,
    eventQualityOfService: Qos,
    eventTopic: Text,
    keepAliveIntervalSeconds: Type.Integer({ minimum: 0 }),
    tlsEnabled: Flag,
    username: Text,
    password: Text,
    willTopic: Text,
    willMessage: Text,
    willQualityOfService: Qos,
    connectMessage: Text,
    disconnectMessage: Text,
  }),
  'impinj-r700/preset.json': strict({
    eventConfig: strict({
      common: strict({ hostname: Switch }),
      tagInventory: strict({
        tagReporting: strict({
          reportingIntervalSeconds: Type.Integer({ minimum: 0 }),
          tagCacheSize: Type.Integer({ minimum: 1 }),
          antennaIdentifier: one('antennaPort', 'antennaName'),
          tagIdentifier: one('epc', 'tid'),
        }),
        ...Object.fromEntries(
          // prettier-ignore
          ['epc', 'epcHex', 'tid', 'tidHex', 'xpcHex', 'antennaPort', 'transmitPowerCdbm', 'peakRssiCdbm', 'frequency', 'pc',
            'lastSeenTime', 'phaseAngle'].map((key) => [key, Switch]),
        ),
      }),
    }),
    antennaConfigs: Type.Array(
      strict({
        antennaName: Text,
        antennaPort: Type.Integer({ minimum: 1 }),
        transmitPowerCdbm: Type.Integer({ minimum: 1000, maximum: 3300 }),
        rfMode: Type.Integer(),
        inventorySession: one(0, 1, 2, 3),
        // prettier-ignore
        inventorySearchMode: one('single-target', 'dual-target', 'single-target-with-tagfocus', 'single-target-b-to-a',
          'dual-target-with-b-to-a-select'),
        estimatedTagPopulation: Type.Integer({ minimum: 1 }),
      }),
      { minItems: 1 },
    ),
  }),
  'zebra-iot-connector/fx9600-config.json': strict({
    'READER-GATEWAY': strict({
      managementEventConfig: strict({
        heartbeat: strict({
          fields: strict({ radio_control: Type.Array(Text), system: Type.Array(Text) }),
          interval: Type.Integer({ minimum: 1 }),
        }),
      }),
      endpointConfig: ZebraEndpoints,
    }),
  }),
  'zebra-iot-connector/fxr90-endpoints.json': strict({ endpointConfig: ZebraEndpoints }),
  'zebra-iot-connector/mode.json': strict({
    type: one('SIMPLE', 'INVENTORY', 'PORTAL', 'CONVEYOR', 'CUSTOM'),
    antennas: Type.Array(Type.Integer({ minimum: 1 })),
    transmitPower: Type.Array(Type.Number({ minimum: 0, maximum: 33 })),
    query: strict({ session: one('S0', 'S1', 'S2', 'S3'), target: one('A', 'B', 'AB') }),
    reportFilter: strict({ duration: Type.Integer({ minimum: 0 }), type: one('RADIO_WIDE', 'PER_ANTENNA') }),
    // prettier-ignore
    tagMetaData: Type.Array(one('PC', 'XPC', 'CRC', 'ANTENNA', 'RSSI', 'PHASE', 'CHANNEL', 'SEEN_COUNT', 'EPC', 'TID', 'USER')),
  }),
  'frigate/config.yml': strict({
    mqtt: strict({
      enabled: Flag,
      host: Text,
      port: Port,
      user: Text,
      password: Text,
      client_id: Text,
      topic_prefix: Text,
      stats_interval: Type.Integer({ minimum: 1 }),
      qos: Qos,
    }),
    detectors: Type.Record(Type.String(), strict({ type: Text })),
    record: strict({ enabled: Flag }),
    snapshots: strict({ enabled: Flag }),
    cameras: Type.Record(
      Type.String({ pattern: '^[A-Za-z0-9_-]+$' }),
      strict({
        enabled: Flag,
        ffmpeg: strict({
          inputs: Type.Array(strict({ path: Text, roles: Type.Array(one('detect', 'record', 'audio')) })),
        }),
        detect: strict({ enabled: Flag, width: Type.Integer(), height: Type.Integer(), fps: Type.Integer() }),
        objects: strict({ track: Type.Array(Text) }),
        zones: Type.Record(
          Type.String(),
          strict({
            coordinates: Type.String({ pattern: '^[01]?\\.?\\d+(,[01]?\\.?\\d+){5,}$' }),
            inertia: Type.Integer({ minimum: 1 }),
            objects: Type.Array(Text),
          }),
        ),
        mqtt: strict({ enabled: Flag }),
      }),
      { additionalProperties: false },
    ),
  }),
  'openmqttgateway/theengsgw.conf': strict({
    // prettier-ignore
    ...Object.fromEntries(['host', 'user', 'pass', 'publish_topic', 'lwt_topic', 'subscribe_topic', 'presence_topic',
      'discovery_topic', 'discovery_device_name', 'adapter'].map((key) => [key, Text])),
    // prettier-ignore
    ...Object.fromEntries(['presence', 'publish_all', 'publish_advdata', 'discovery', 'hass_discovery', 'time_format',
      'enable_tls', 'enable_websocket'].map((key) => [key, one(0, 1)])),
    port: Port,
    ble_scan_time: Type.Integer({ minimum: 1 }),
    ble_time_between_scans: Type.Integer({ minimum: 0 }),
    discovery_filter: Type.Array(Text),
    scanning_mode: one('active', 'passive'),
    time_sync: Type.Array(Text),
    bindkeys: strict({}),
    identities: strict({}),
    log_level: one('DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'),
  }),
  'screen-kiosk/policy.json': strict({
    AutofillAddressEnabled: Flag,
    AutofillCreditCardEnabled: Flag,
    BackgroundModeEnabled: Flag,
    DefaultNotificationsSetting: one(1, 2, 3),
    DefaultPopupsSetting: one(1, 2),
    DeveloperToolsAvailability: one(0, 1, 2),
    DownloadRestrictions: one(0, 1, 2, 3, 4),
    OverrideSecurityRestrictionsOnInsecureOrigin: Type.Array(Type.String()),
    PasswordManagerEnabled: Flag,
    TranslateEnabled: Flag,
  }),
};
export const SCHEMAS = new Map(Object.entries(schemas).map(([file, schema]) => [file, compile(schema)]));

/** Commands that OpenMQTTGateway takes on its console, by their topic. */
export const OMG_COMMANDS: Readonly<Record<string, ReadonlySet<string>>> = {
  // prettier-ignore
  'commands/MQTTtoBT/config': new Set(['onlysensors', 'pubadvdata', 'adaptivescan', 'interval', 'bleconnect', 'hasspresence',
    'save', 'white-list', 'black-list', 'minrssi']),
  // prettier-ignore
  'commands/MQTTtoSYS/config': new Set(['discovery', 'mqtt_topic', 'gateway_name', 'mqtt_user', 'mqtt_pass', 'mqtt_server',
    'mqtt_port', 'mqtt_secure']),
};

/** Rules of ONVIF's Analytics Service Specification, annex A: their parameters and their events' topic. */
export const ONVIF_RULES: Readonly<Record<string, { kind: string; topic: string; items: readonly string[] }>> = {
  'tt:LineDetector': {
    kind: 'line',
    topic: 'RuleEngine/LineDetector/Crossed',
    items: ['Direction', 'ClassFilter', 'Segments'],
  },
  'tt:LineCounting': {
    kind: 'counter',
    topic: 'RuleEngine/CountAggregation/Counter',
    items: ['ReportTimeInterval', 'ResetTime', 'Direction', 'PassAllPolylines', 'ClassFilter', 'Segments'],
  },
  'tt:OccupancyCounting': {
    kind: 'occupancy',
    topic: 'RuleEngine/CountAggregation/OccupancyCounter',
    items: ['ReportTimeInterval', 'ResetTime', 'ClassFilter', 'Segments'],
  },
  'tt:FieldDetector': {
    kind: 'field',
    topic: 'RuleEngine/FieldDetector/ObjectsInside',
    items: ['ClassFilter', 'Field'],
  },
  'tt:LoiteringDetector': {
    kind: 'loitering',
    topic: 'RuleEngine/LoiteringDetector/ObjectIsLoitering',
    items: ['TimeThreshold', 'ClassFilter', 'Field'],
  },
};
