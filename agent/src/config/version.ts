import { version } from '../../package.json';

/** Of this package: what the other side of the line and people are told. */
export const AGENT_VERSION: string = version;
