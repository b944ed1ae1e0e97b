import { problem, type Problem } from '../words/problem.js';
import type { Device } from './device-entry.js';
import type { StoreFile } from './store-file.js';

/** Stands where a secret of the store file is not shown. */
export const HIDDEN = '…';

/**
 * An address as it may be shown and logged: scheme and host, without user, password and what stands behind the host, where cameras
 * want their passwords and tokens, too.
 */
export function shownAddress(url: string): string {
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(url) ?? [];
  if (scheme === undefined) return url.includes('@') ? HIDDEN : (url.split(/[/\\]/).at(-1) ?? '');
  const authority = /^[^/?#]*/.exec(rest)?.[0] ?? '';
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  // "user:pass/word@host": what looks like the host is the beginning of a password
  const isHost = /^(\[[0-9a-f:.]+\]|[^:@]+)(:\d*)?$/i.test(host) && !(host === authority && /^[^?#]*@/.test(rest));
  return `${scheme}://${isHost ? host : ''}/${HIDDEN}`;
}

type Entry = Record<string, unknown>;
/** A picture folder or a film lies on the agent's machine: its path is no secret. */
const isSecretAddress = (url: unknown): url is string =>
  typeof url === 'string' && (/^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? !/^file:/i.test(url) : url.includes('@'));
const hidden = (url: string): string => shownAddress(url);

/** The store file without keys and passwords of devices and without what stands in addresses of their streams. */
export function withoutSecrets(file: StoreFile): StoreFile {
  const hasSecret = ({ key, stream, target }: Device): boolean =>
    key !== undefined || target?.password !== undefined || isSecretAddress(stream?.url);
  if (!file.devices?.some(hasSecret)) return file;
  return {
    ...file,
    devices: file.devices.map((device) => ({
      ...device,
      ...(device.key !== undefined && { key: HIDDEN }),
      ...(device.target?.password !== undefined && { target: { ...device.target, password: HIDDEN } }),
      ...(device.stream && {
        stream: {
          ...device.stream,
          url: isSecretAddress(device.stream.url) ? hidden(device.stream.url) : device.stream.url,
        },
      }),
    })),
  };
}

/**
 * A store file as it was sent, with what was hidden from its author put back from the version that it is based on: the same device's,
 * and unchanged. Who was not shown a password must not be able to send it to another host.
 * @returns the file, and what cannot be put back; what is no store file stays as it is, to be refused by its rules
 */
export function withSecretsOf(sent: unknown, base: StoreFile | undefined): { file: unknown; problems: Problem[] } {
  const problems: Problem[] = [];
  const devices: unknown = isEntry(sent) ? sent['devices'] : undefined;
  if (!Array.isArray(devices)) return { file: sent, problems };
  const known = new Map((base?.devices ?? []).map((device) => [device.id, device]));
  const lost = (field: string) => problems.push(problem(field, 'hiddenValue'));
  const restored = devices.map((device: unknown, index) => {
    if (!isEntry(device)) return device;
    const before = known.get(String(device['id']));
    const { stream } = device;
    const out = { ...device };
    if (device['key'] === HIDDEN) {
      if (before?.key === undefined) lost(`devices[${index}].key`);
      else out['key'] = before.key;
    }
    if (isEntry(stream) && typeof stream['url'] === 'string' && stream['url'].endsWith(HIDDEN)) {
      const url = before?.stream?.url;
      if (url === undefined || hidden(url) !== stream['url']) lost(`devices[${index}].stream.url`);
      else out['stream'] = { ...stream, url };
    }
    const { target } = device;
    if (isEntry(target) && target['password'] === HIDDEN) {
      const { password, url } = before?.target ?? {};
      // the same address, letter by letter: elsewhere it would be handed to whoever is there
      if (password === undefined || url !== target['url']) lost(`devices[${index}].target.password`);
      else out['target'] = { ...target, password };
    }
    return out;
  });
  return { file: { ...(sent as Entry), devices: restored }, problems };
}

const isEntry = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
