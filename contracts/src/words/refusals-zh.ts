import type { REFUSALS_EN } from './refusals-en.js';

/** The same sentences in Chinese. */
export const REFUSALS_ZH: Readonly<Record<keyof typeof REFUSALS_EN, string>> = {
  refusedMalformed: '不是该主题的消息',
  refusedUnknownDevice: '不在当前门店文件中的设备',
  refusedUnknownSubject: '指向的货位或出入口不在门店文件中，或不属于该设备',
  refusedTopic: '发送者无权使用该主题',
  refusedUnsupported: '门店端软件还不能读取这类消息',
  refusedLate: '早于该设备同一通道的最新消息',
  refusedTooOld: '比该设备的最新消息早 35 天以上',
  refusedFuture: '比收到的时间超前 24 小时以上',
  refusedReplay: '加密广播的计数没有增加：已收到过，或被重放',
  refusedDuplicate: '与之前的消息相同',
  refusedConflict: '与之前同一小票或同一货位同一时刻的内容矛盾',
  refusedPicture: '画面无法查看',
  refusedBusy: '门店端软件暂时无法接收',
};
