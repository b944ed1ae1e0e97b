import { describe, expect, it } from 'vitest';
import type { CampaignView } from '@aisle/contracts';
import { bodyOf, draftOf, newDraft, wrongOf } from '../../src/lib/figures/campaign-form.js';

const VIEW: CampaignView = {
  ...{ campaignId: 'c1', state: 'live', name: 'Milk', stores: ['demo'], screens: ['screen-1'], category: 'dairy' },
  ...{ content: [{ contentId: 'a' }], gtins: ['06901234567892'], goal: 'scans', policy: 'loop', holdout: 0.3 },
  ...{ blockMinutes: 30, washInMinutes: 4, minPlaySeconds: 9, dailyCap: 70, frequencyCap: null, weight: 3 },
  ...{ link: 'https://shop.test/milk', history: [] },
  schedule: { from: '2026-12-01', to: null, days: ['mon'], hours: [['08:00', '09:30']] },
} as unknown as CampaignView;

describe('the form of a campaign', () => {
  it('sends back every setting of the campaign that it was opened with', () => {
    const { campaignId: _id, state: _state, history: _history, ...settings } = VIEW;
    expect(bodyOf(draftOf(VIEW))).toEqual(settings);
  });

  it('takes web addresses only for where its code leads, or none', () => {
    const link = (text: string) => wrongOf({ ...newDraft('demo'), link: text }).get('link')?.key;
    expect([link(''), link(' https://shop.test/x '), link('HTTP://shop.test')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    for (const text of ['shop.test', 'javascript:alert(1)', 'ftp://shop.test', 'https://'])
      expect(link(text), text).toBe('campaign.wrong.url');
    expect(bodyOf({ ...newDraft('demo'), link: '  ' }).link).toBeNull();
  });
});
