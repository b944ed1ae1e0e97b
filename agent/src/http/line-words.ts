import type { LineTrouble } from '../ports/line-trouble.js';
import type { Language } from './request.js';

/** Why the cloud is not reached, and what to look at, for whoever stands in the shop. */
const WORDS: Readonly<Record<Language, Readonly<Record<LineTrouble, string>>>> = {
  en: {
    refused: 'nothing listens at its address: is the cloud running, and the port in agent.json right?',
    unresolved: 'its name is not known: look at cloud.url in agent.json and at the name server',
    unreachable: 'there is no way to it, or it does not answer: look at the network and firewalls',
    certificateUnknown:
      'its certificate is not signed by an authority that is trusted here: set cloud.caFile in agent.json',
    certificateExpired: 'its certificate has expired: renew it where the cloud runs',
    certificateNotYet: 'its certificate does not hold yet: look at the clock of this machine',
    certificateName: 'its certificate is for another name than the one in cloud.url',
    notTls: 'one side encrypts and the other does not: look at mqtt:// or mqtts:// in cloud.url',
    credentials: 'it does not accept this agent’s account: look at cloud.username and cloud.password',
    broken: 'the line breaks: the log says more',
  },
  zh: {
    refused: '该地址没有服务：请确认云端已启动、agent.json 中的端口正确',
    unresolved: '域名无法解析：请检查 agent.json 中的 cloud.url 和 DNS',
    unreachable: '网络不通或没有应答：请检查网络和防火墙',
    certificateUnknown: '证书不是由本机信任的机构签发：请在 agent.json 中设置 cloud.caFile',
    certificateExpired: '证书已过期：请在云端更新',
    certificateNotYet: '证书尚未生效：请检查本机时间',
    certificateName: '证书与 cloud.url 中的名称不符',
    notTls: '一端加密而另一端没有：请检查 cloud.url 用 mqtt:// 还是 mqtts://',
    credentials: '云端不接受此账号：请检查 cloud.username 和 cloud.password',
    broken: '连接中断，详见日志',
  },
};

export const lineWords = (language: Language, trouble: LineTrouble): string => WORDS[language][trouble];
