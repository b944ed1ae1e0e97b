/** `npm run aisle -- tls init`: an own authority, and a certificate by it for cloud and agent. See TLS_HELP. */
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { certificate, keyPem, newKey, type Signer } from './certificate.js';
import { givenPath, isHost, runProgram } from './program.js';
import { UsageError } from './whereabouts.js';

const TLS_HELP = `npm run aisle -- tls init [OPTIONS]

Makes an own certificate authority in DIR/tls (ca.pem, ca-key.pem; kept when it is there), and a certificate by it
(server.pem, server-key.pem) for this machine's names and addresses. npm start takes them from there. Trust ca.pem on
every machine that shall reach cloud or agent: browsers, devices, agents ("caFile" of "cloud" in agent.json).
  --data DIR         folder of the system (default: data)
  --name HOST        another name or address by which it is reached; may be given several times
  --days N           how long the certificate holds, 1 to 825 (default: 397); run it again before its end
`;
const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3650;
/** clocks of devices are behind now and then */
const BACKDATED_MS = DAY_MS;

function write(file: string, text: string, mode: number): void {
  const temporary = `${file}.tmp`;
  writeFileSync(temporary, text, { mode });
  chmodSync(temporary, mode);
  renameSync(temporary, file);
}

function authority(folder: string, now: number): Signer {
  const [certFile, keyFile] = [path.join(folder, 'ca.pem'), path.join(folder, 'ca-key.pem')];
  if (existsSync(certFile) && existsSync(keyFile)) {
    const known = new X509Certificate(readFileSync(certFile));
    const key = createPrivateKey(readFileSync(keyFile));
    if (!known.checkPrivateKey(key)) throw new UsageError(`${keyFile} is not the key of ${certFile}`);
    return { name: known.subject.replace(/^CN=/, ''), key };
  }
  const key = newKey();
  const signer = { name: `Aisle authority ${new Date(now).toISOString().slice(0, 10)}`, key };
  write(keyFile, keyPem(key), 0o600);
  const until = now + AUTHORITY_DAYS * DAY_MS;
  const wish = { name: signer.name, publicKey: key, signer, isAuthority: true, hosts: [] };
  write(certFile, certificate({ ...wish, from: now - BACKDATED_MS, until }), 0o644);
  return signer;
}

/** Every name and address of this machine that others may use, but for those of the link. */
function ownHosts(): string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .map(({ address }) => address)
    .filter((address) => isIP(address) && !address.startsWith('fe80:') && !address.includes('%'));
  const name = hostname().toLowerCase();
  return ['localhost', ...(isHost(name) ? [name] : []), '127.0.0.1', '::1', ...addresses];
}

function main(args: string[]): number {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...{ data: { type: 'string', default: 'data' }, days: { type: 'string', default: '397' } },
      ...{ name: { type: 'string', multiple: true }, help: { type: 'boolean' } },
    },
  });
  if (values.help === true || positionals.join(' ') !== 'tls init') {
    process.stdout.write(TLS_HELP);
    return values.help === true ? 0 : 2;
  }
  const days = Number(values.days);
  if (!/^\d+$/.test(values.days) || days < 1 || days > 825)
    throw new UsageError(`--days: expected a whole number from 1 to 825, got "${values.days}"`);
  const wrong = (values.name ?? []).find((name) => !isHost(name));
  if (wrong !== undefined) throw new UsageError(`--name: expected a host name or an address, got "${wrong}"`);
  const folder = givenPath(values.data, 'tls');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const now = new Date().getTime();
  const signer = authority(folder, now);
  const key = newKey();
  const hosts = [...new Set([...(values.name ?? []).map((name) => name.toLowerCase()), ...ownHosts()])];
  const until = now + days * DAY_MS;
  const wish = { name: hosts[0] as string, publicKey: key, signer, isAuthority: false, hosts };
  write(path.join(folder, 'server-key.pem'), keyPem(key), 0o600);
  write(path.join(folder, 'server.pem'), certificate({ ...wish, from: now - BACKDATED_MS, until }), 0o644);
  process.stdout.write(
    `${folder}: server.pem holds until ${new Date(until).toISOString().slice(0, 10)} for ${hosts.join(', ')}\n` +
      `Trust ${path.join(folder, 'ca.pem')} where cloud and agent are reached from; keep ca-key.pem to yourself.\n`,
  );
  return 0;
}

runProgram(main);
