import type {
  AgentCampaign,
  AgentItem,
  DecidedEvent,
  LiveScreen,
  ReasonCode,
  ScreenOrder,
  ScreenShow,
} from '@aisle/contracts';
import type { Choice } from './choice.js';
import { IDLE_CONTENT } from './content.js';

export const isForNobody = (decision: DecidedEvent | undefined): boolean =>
  typeof decision?.campaignId === 'string' && decision.inputs?.['people'] === 0;
export const isSame = (decision: DecidedEvent, { contentId, why }: Choice): boolean =>
  decision.contentId === contentId && decision.why?.code === why.code;

/** What is on, for whoever acts on it: another maker's screen, or a simulated shopper. */
export function aboutOf(
  { category }: DecidedEvent,
  item: AgentItem | undefined,
  campaign: AgentCampaign | undefined,
): ScreenShow['about'] {
  const own = item?.gtins ?? [];
  const gtins = own.length > 0 ? own : item ? (campaign?.gtins ?? []) : [];
  return category === null && gtins.length === 0 ? undefined : { category, gtins: [...gtins] };
}

export function ordered({ action, item }: ScreenOrder): Choice {
  const contentId = action === 'pin' ? (item?.contentId ?? IDLE_CONTENT) : IDLE_CONTENT;
  const category = (action === 'pin' && item?.category) || null;
  return sure(contentId, category, action === 'pin' ? 'pinned' : 'paused');
}
/** One draw for all: its probability is that of the screen that drew. */
export function followed(its: DecidedEvent): Choice {
  const { contentId, category, why, candidates, probabilityMicro, heldOut, campaignId, policy, arm, blockTs } = its;
  return {
    ...{ contentId, category, why: why ?? { code: 'loop', values: {} }, candidates, probabilityMicro, heldOut },
    ...{ ...(campaignId !== undefined && { campaignId }), ...(policy !== undefined && { policy }) },
    ...{ ...(arm !== undefined && { arm }), ...(blockTs !== undefined && { blockTs }) },
    ...{ ...(its.inputs && { inputs: its.inputs }), ...(its.wouldShow !== undefined && { wouldShow: its.wouldShow }) },
    follows: its.decisionId,
  };
}
export const nothing = (): Choice => sure(IDLE_CONTENT, null, 'nothing');
export const sure = (contentId: string, category: string | null, code: ReasonCode): Choice => ({
  ...{ contentId, category, why: { code, values: {} }, probabilityMicro: 1_000_000, heldOut: false },
  candidates: [{ contentId, category, dwellSeconds: 0, probabilityMicro: 1_000_000 }],
});

export function orderShown({ action, item, by, untilTs }: ScreenOrder): NonNullable<LiveScreen['order']> {
  return {
    action: action === 'pin' ? 'pin' : 'pause',
    ...(action === 'pin' && item && { contentId: item.contentId }),
    ...{ by, untilTs },
  };
}
