import { expect, it } from 'vitest';
import type { CampaignSettings, CampaignStep, ContentRecord, NewCommand } from '../../../src/ports/index.js';
import type { CatalogUnderTest } from './under-test.js';

const content = (contentId: string, more: Partial<ContentRecord> = {}): ContentRecord => ({
  ...{ organisationId: 'org-a', contentId, sha256: contentId.padEnd(64, '0'), name: 'milk.png' },
  ...{ type: 'image/png', bytes: 12, width: 3, height: 4, seconds: null, addedTs: 5, addedBy: 'a@shop.test' },
  ...more,
});
const step = (
  campaignId: string,
  storeId: string,
  contentIds: string[],
  more: Partial<CampaignStep['campaign']> = {},
): CampaignStep => ({
  campaign: {
    ...{ organisationId: 'org-a', campaignId, state: 'on', revision: 1, seed: 4_294_967_295 },
    settings: { name: 'Milk', stores: [storeId] } as unknown as CampaignSettings,
    ...more,
  },
  madeFrom: (more.revision ?? 1) - 1,
  deed: { atTs: 10, by: 'a@shop.test', what: more.revision ? 'changed' : 'made' },
  contentIds,
  commands: [],
});

/** Content and campaigns: what every catalog must do. */
export function screenCases(suite: CatalogUnderTest): void {
  it('keeps content once by its bytes, apart by organisation, the newest first', async () => {
    const { content: records } = suite.catalog;
    expect(await records.addContent(content('c1', { seconds: 1.25 }))).toBe(true);
    expect(await records.addContent(content('c1', { name: 'again' }))).toBe(false);
    expect(await records.addContent(content('c1', { organisationId: 'org-b' }))).toBe(true);
    expect(await records.addContent(content('c2', { addedTs: 9 }))).toBe(true);
    expect(await records.content('org-a', 'c1')).toEqual(content('c1', { seconds: 1.25 }));
    expect((await records.contents('org-a')).map(({ contentId }) => contentId)).toEqual(['c2', 'c1']);
    expect(await records.deleteContent('org-a', 'c1')).toBe(true);
    expect(await records.deleteContent('org-a', 'c1')).toBe(false);
    // the other organisation's bytes are still kept
    expect(await records.isKept(content('c1').sha256)).toBe(true);
    expect(await records.isKept('f'.repeat(64))).toBe(false);
  });

  it('keeps a campaign with who did what, and content of it as long as it is not over', async () => {
    const { content: records, campaigns } = suite.catalog;
    const [id, other] = [await suite.shop(), await suite.shop()];
    await records.addContent(content(`k-${id}`));
    const sha256 = content(`k-${id}`).sha256;
    expect(await records.fileFor(id, sha256)).toBeUndefined();
    expect(await campaigns.stepCampaign(step(`m-${id}`, id, [`k-${id}`]))).toBe(true);
    expect((await records.fileFor(id, sha256))?.contentId).toBe(`k-${id}`);
    expect(await records.fileFor(other, sha256)).toBeUndefined();
    expect(await records.deleteContent('org-a', `k-${id}`)).toBe(false);
    expect(await records.contentUses('org-a', `k-${id}`)).toEqual([
      { contentId: `k-${id}`, campaignId: `m-${id}`, name: 'Milk', state: 'on' },
    ]);
    // somebody else was first: nothing is written
    expect(await campaigns.stepCampaign({ ...step(`m-${id}`, id, [], { revision: 3 }), madeFrom: 2 })).toBe(false);
    expect(await campaigns.stepCampaign(step(`m-${id}`, other, [`k-${id}`], { revision: 2, state: 'ended' }))).toBe(
      true,
    );
    const found = await campaigns.campaign('org-a', `m-${id}`);
    expect(found).toMatchObject({ revision: 2, state: 'ended', seed: 4_294_967_295 });
    expect(found?.deeds.map(({ what }) => what)).toEqual(['made', 'changed']);
    expect(await campaigns.campaign('org-b', `m-${id}`)).toBeUndefined();
    expect((await campaigns.campaigns('org-a', other)).map(({ campaignId }) => campaignId)).toEqual([`m-${id}`]);
    expect(await campaigns.campaigns('org-a', id)).toEqual([]);
    expect(await records.fileFor(other, sha256)).toBeUndefined();
    await records.notePin(other, 'screen-1', `k-${id}`);
    expect((await records.fileFor(other, sha256))?.contentId).toBe(`k-${id}`);
    await records.notePin(other, 'screen-1', null);
    expect(await records.fileFor(other, sha256)).toBeUndefined();
    expect(await records.deleteContent('org-a', `k-${id}`)).toBe(true);
  });

  it('keeps the newest command of each campaign and screen for an agent that comes back without its disk', async () => {
    const { campaigns, inbox } = suite.catalog;
    const id = await suite.shop();
    const command = (campaignId: string, revision: number) =>
      ({ kind: 'campaign', campaign: { campaignId, revision } }) as unknown as NewCommand;
    await campaigns.stepCampaign({
      ...step(`n-${id}`, id, []),
      commands: [{ storeId: id, command: command('one', 1) }],
    });
    for (const next of [command('one', 2), command('two', 1)]) await inbox.addCommand(id, next);
    const order = { kind: 'screenOrder', order: { screenId: 's', action: 'pause' } } as unknown as NewCommand;
    const last = [await inbox.addCommand(id, order), await inbox.addCommand(id, order)].at(-1) as number;
    await inbox.acknowledgeInbox(id, last);
    const kept = (await inbox.inboxAfter(id, 0, 50)).map((one) =>
      one.kind === 'campaign' ? `${one.campaign.campaignId} ${one.campaign.revision}` : one.kind,
    );
    expect(kept).toEqual(['one 2', 'two 1', 'screenOrder']);
    await expect(
      campaigns.stepCampaign({ ...step(`x-${id}`, id, []), commands: [{ storeId: 'nowhere', command: order }] }),
    ).rejects.toMatchObject({ code: 'unknownStore' });
    expect(await campaigns.campaign('org-a', `x-${id}`)).toBeUndefined();
  });

  it('keeps what a shop signs its short links with, and counts each browser once for each play', async () => {
    const { scans, inbox } = suite.catalog;
    const [id, other] = [await suite.shop(), await suite.shop()];
    const made = { tag: `t-${id}`, key: 'a'.repeat(64) };
    expect(await scans.scanKeyFor(id, made)).toEqual(made);
    expect(await scans.scanKeyFor(id, { tag: 'another', key: 'b'.repeat(64) })).toEqual(made);
    expect(await scans.scanKeyOf(made.tag)).toEqual({ storeId: id, organisationId: 'org-a', key: made.key });
    expect(await scans.scanKeyOf('another')).toBeUndefined();
    const scan = (storeId: string, decisionId: string, ...names: string[]) =>
      scans.addScan({ storeId, decisionId, ts: 50 }, names, 2);
    expect(await scan(id, 'd-1', 'traits', 'cookie')).toBe(true);
    expect(await scan(id, 'd-1', 'cookie')).toBe(false);
    expect(await scan(id, 'd-1', 'traits', 'another cookie')).toBe(false);
    expect(await scan(id, 'd-1', 'another cookie')).toBe(false);
    expect(await scan(id, 'd-1', 'somebody else')).toBe(true);
    // more than that is nobody
    expect(await scan(id, 'd-1', 'a third')).toBe(false);
    expect(await scan(id, 'd-2', 'traits')).toBe(true);
    expect(await scan(other, 'd-1', 'traits')).toBe(true);
    const sent = (await inbox.inboxAfter(id, 0, 10)).flatMap((one) => (one.kind === 'scan' ? [one.scan] : []));
    expect(sent).toEqual(['d-1', 'd-1', 'd-2'].map((decisionId) => ({ decisionId, ts: 50 })));
    await scans.forgetScans(50);
    expect(await scan(id, 'd-1', 'cookie')).toBe(false);
    await scans.forgetScans(51);
    expect(await scan(id, 'd-1', 'cookie')).toBe(true);
  });
}
