import type { ProblemLocale } from './problem.js';

/**
 * Why a stream or a radio does not work. It comes from programs that are not ours (ffmpeg, BlueZ) as an English text, from agents
 * of any release: what is known is told in the reader's language, by what it says. `{…}` stands for whatever is there.
 */
const KNOWN: readonly (readonly [RegExp, Readonly<Record<ProblemLocale, string>>])[] = [
  // ours
  [
    /^ffmpeg is not installed/,
    {
      en: 'ffmpeg is not installed: streams and video files need it (Debian: apt install ffmpeg)',
      zh: '主机未安装 ffmpeg，无法读取视频流和视频文件（Debian：apt install ffmpeg）',
    },
  ],
  [/^ffmpeg cannot be started \((.*)\)/, { en: 'ffmpeg cannot be started ({1})', zh: 'ffmpeg 无法启动（{1}）' }],
  [/^ffmpeg ended with (.*)$/, { en: 'ffmpeg ended with {1}', zh: 'ffmpeg 已退出（{1}）' }],
  [/^the stream has ended$/, { en: 'the stream has ended', zh: '视频流已结束' }],
  [/^no picture for (\d+) s$/, { en: 'no picture for {1} s', zh: '{1} 秒没有画面' }],
  [/^the recording holds no picture$/, { en: 'the recording holds no picture', zh: '录像中没有画面' }],
  [/^the recording has ended$/, { en: 'the recording has ended', zh: '录像已播完' }],
  [/^the last picture has been shown$/, { en: 'the last picture has been shown', zh: '最后一张画面已播完' }],
  [/^the folder cannot be read \((.*)\)/, { en: 'the folder cannot be read ({1})', zh: '无法读取文件夹（{1}）' }],
  [/^the adapter has stopped scanning$/, { en: 'the adapter has stopped scanning', zh: '蓝牙适配器停止了扫描' }],
  [/^the adapter was switched off$/, { en: 'the adapter was switched off', zh: '蓝牙适配器已关闭' }],
  [/^the adapter has gone$/, { en: 'the adapter has gone', zh: '蓝牙适配器已拔出' }],
  [/^BlueZ has gone$/, { en: 'BlueZ has gone', zh: '蓝牙服务（BlueZ）已停止' }],
  [/^the system bus has gone$/, { en: 'the system bus has gone', zh: '系统总线（D-Bus）已断开' }],
  [
    /^there is no system bus/,
    { en: 'there is no system bus: is dbus running?', zh: '没有系统总线，请检查 dbus 是否在运行' },
  ],
  [
    /^the agent may not speak to BlueZ/,
    {
      en: 'the agent may not speak to BlueZ: its account belongs into the group "bluetooth"',
      zh: '门店程序无权使用 BlueZ：请把它的账户加入 bluetooth 组',
    },
  ],
  // what other programs say
  [/401|unauthori[sz]ed/i, { en: 'the camera refuses the password', zh: '摄像头拒绝了密码' }],
  [/403|forbidden/i, { en: 'the camera does not allow it', zh: '摄像头不允许访问' }],
  [/404|not found/i, { en: 'there is no stream at this address', zh: '该地址没有视频流' }],
  [/connection refused|ECONNREFUSED/i, { en: 'nobody answers at this address', zh: '该地址无人应答（连接被拒绝）' }],
  [/timed? ?out|ETIMEDOUT/i, { en: 'no answer in time', zh: '连接超时' }],
  [
    /no route to host|network is unreachable|EHOSTUNREACH|ENETUNREACH/i,
    { en: 'the network does not lead there', zh: '网络不可达' },
  ],
  [
    /name or service not known|could not be resolved|ENOTFOUND|EAI_AGAIN|name resolution/i,
    { en: 'the name of this address is not known', zh: '无法解析该地址的主机名' },
  ],
  [
    /invalid data found|could not find codec|moov atom|invalid argument/i,
    { en: 'what comes is no video that can be read', zh: '收到的不是可读取的视频' },
  ],
  [/no such file or directory|ENOENT/i, { en: 'the file is not there', zh: '文件不存在' }],
];

/** Why something does not work, in the reader's language; in Chinese what is not known is said to stand in the shop's log. */
export function troubleIn(locale: ProblemLocale, trouble: string): string {
  for (const [says, words] of KNOWN) {
    const found = says.exec(trouble);
    if (found) return words[locale].replace(/\{(\d)\}/g, (_hole, at: string) => found[Number(at)] ?? '');
  }
  return locale === 'en' ? trouble : '原因见门店主机日志';
}
