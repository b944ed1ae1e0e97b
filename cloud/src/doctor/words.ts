/** What the doctor found: a code with values, worded for whoever asked. Every line that is not ok says what to do. */
export interface Finding {
  code: keyof typeof WORDS;
  isOk: boolean;
  values: Record<string, string | number>;
}
export type Language = 'en' | 'zh';
type Words = readonly [en: string, zh: string];

/** `{name}` stands for a value. */
export const WORDS = {
  config: ['{file} is read', '已读取 {file}'],
  configWrong: ['{problem}: mend the file', '{problem}：请修改该文件'],
  served: ['the cloud answers at {url} in {ms} ms', '云端在 {url} 响应，用时 {ms} 毫秒'],
  notServed: [
    'nobody answers at {url} ({why}): start the cloud, and see its log',
    '{url} 无响应（{why}）：请启动云端并查看日志',
  ],
  unwell: ['the cloud at {url} answers {status}: see its log', '云端 {url} 返回 {status}：请查看日志'],
  broker: ['the broker listens at {address}', '消息服务在 {address} 监听'],
  noBroker: [
    'no broker listens at {address} ({why}): start it, or open the port',
    '{address} 没有消息服务监听（{why}）：请启动它或开放端口',
  ],
  clock: ['the clock of {place} agrees with this one', '{place} 的时钟与本机一致'],
  clockOff: [
    'the clock of {place} is {seconds} s off: set up NTP on both machines',
    '{place} 的时钟相差 {seconds} 秒：请在两台机器上配置 NTP',
  ],
  tls: ['the certificate {file} holds for {days} days more', '证书 {file} 还有 {days} 天有效'],
  tlsEnds: [
    'the certificate {file} ends in {days} days: npm run aisle -- tls init, or a new one',
    '证书 {file} 将在 {days} 天后到期：运行 npm run aisle -- tls init，或换新证书',
  ],
  tlsWrong: ['{problem}', '{problem}'],
  tlsNone: ['nothing is encrypted, and only this machine is let in', '未加密，仅限本机访问'],
  tlsProxy: ['a proxy ends TLS', '由代理终止 TLS'],
  tlsOpen: [
    'it listens at {host} without TLS: npm run aisle -- tls init, or a proxy that ends TLS',
    '在 {host} 监听但没有 TLS：运行 npm run aisle -- tls init，或使用终止 TLS 的代理',
  ],
  file: ['{part}: {file} is there ({megabytes} MB)', '{part}：{file} 存在（{megabytes} MB）'],
  noFile: [
    '{part}: {file} is not there ({why}): was the cloud ever started? else put it back from a backup',
    '{part}：{file} 不存在（{why}）：云端是否从未启动？否则请从备份恢复',
  ],
  server: ['{part}: {name} answers, version {version}', '{part}：{name} 正常，版本 {version}'],
  serverOld: [
    '{part}: {name} is of version {version}: 13 or later is needed',
    '{part}：{name} 版本为 {version}：需要 13 或更高',
  ],
  serverAway: ['{part}: {problem}: start it, or mend the address', '{part}：{problem}：请启动它或修改地址'],
  serverReadOnly: [
    '{part}: {name} takes no writes (a standby): name the server that does',
    '{part}：{name} 不接受写入（备用机）：请改用主服务器',
  ],
  migrated: ['{part}: the schema is of this version ({steps} steps)', '{part}：数据结构与此版本一致（{steps} 步）'],
  notMigrated: [
    '{part}: the schema has {steps} of {known} steps: start the cloud of this version once',
    '{part}：数据结构为 {steps}/{known} 步：请启动一次此版本的云端',
  ],
  tooNew: [
    '{part}: the schema has {steps} steps, this version knows {known}: it was written by a newer Aisle',
    '{part}：数据结构为 {steps} 步，此版本只认识 {known} 步：由更新的 Aisle 写入',
  ],
  media: ['files of screens: {place} can be used', '屏幕文件：{place} 可用'],
  noMedia: [
    'files of screens: {place} cannot be used ({why}): mend "content" of cloud.json, or its rights',
    '屏幕文件：{place} 不可用（{why}）：请修改 cloud.json 的 content 或其权限',
  ],
  disk: ['{gigabytes} GB are free at {folder}', '{folder} 剩余 {gigabytes} GB'],
  diskFull: [
    'only {gigabytes} GB are free at {folder}: make room, or shorten how long facts are kept',
    '{folder} 仅剩 {gigabytes} GB：请清理空间或缩短数据保留期',
  ],
  oneProcess: ['{embedded} on this machine: one process, no replicas', '{embedded} 在本机：单进程，无副本'],
  manyProcesses: ['catalog and facts lie in servers: replicas are possible', '目录与数据均在服务器上：可以使用副本'],
  noToken: ['agents were not asked for: give --token, or AISLE_TOKEN', '未检查代理：请提供 --token 或 AISLE_TOKEN'],
  tokenWrong: [
    'the cloud does not take the token ({status}): give another with --token',
    '云端不接受该令牌（{status}）：请用 --token 提供另一个',
  ],
  agents: ['{count} of {count} shops are connected', '{count} 家门店全部在线'],
  agentsAway: [
    '{away} of {count} shops are not connected ({names}): look at their line and their agent',
    '{count} 家门店中有 {away} 家离线（{names}）：请检查其线路和代理',
  ],
  commit: ['facts reached the disk {seconds} s ago', '{seconds} 秒前有数据落盘'],
  commitNone: ['no shop is connected, and no facts have come since the start', '没有门店在线，启动后尚无数据'],
  commitOld: [
    'shops are connected, and no facts have reached the disk for {seconds} s: look at the databases and the log',
    '门店在线，但已有 {seconds} 秒没有数据落盘：请检查数据库和日志',
  ],
} as const satisfies Record<string, Words>;

export function lineOf({ code, isOk, values }: Finding, language: Language): string {
  const text = WORDS[code][language === 'zh' ? 1 : 0];
  const said = text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
  const mark = language === 'zh' ? (isOk ? '正常' : '异常') : isOk ? 'ok    ' : 'NOT OK';
  return `${mark}  ${said}`;
}
