import { StartError, type CloudConfig } from '../config/cloud-config.js';

/** What of a configuration only one process can use, so that several beside each other would each have their own. */
export function unshareable(config: CloudConfig): string[] {
  const { catalog, series, content, broker, publicUrl } = config;
  return [
    ...(catalog.engine === 'postgres'
      ? []
      : ['catalog.engine "sqlite" is a file of one process: use {"engine": "postgres"}']),
    ...(series.engine === 'duckdb'
      ? [
          'series.engine "duckdb" is a file that one process locks: use {"engine": "postgres"} or {"engine": "influxdb"}',
        ]
      : []),
    ...(broker !== 'nats'
      ? ['broker "embedded" knows only the agents that are connected to its own process: use "nats"']
      : []),
    ...(content?.engine === 's3' || (content?.engine === 'folder' && content.shared === true)
      ? []
      : [
          'content lies in a folder of one machine: use {"engine": "s3"}, or {"engine": "folder", "shared": true} where dataDir/content is one folder that all of them have',
        ]),
    ...(publicUrl === undefined ? ['publicUrl is missing: shops and browsers need the one address of all'] : []),
  ];
}

/** @throws StartError naming everything that one process cannot share with another */
export function refuseUnshareable(config: CloudConfig): void {
  if (config.replicas !== true) return;
  const wrong = unshareable(config);
  if (wrong.length > 0)
    throw new StartError('config', `replicas: true, but not everything here can be shared: ${wrong.join('; ')}`);
}
