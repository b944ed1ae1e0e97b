import { describe, expect, it } from 'vitest';
import { StoreFileError, checkStoreFile, keptStoreFile, webAddress, type StoreFile } from '../src/index.js';

const file = (url: string): unknown => ({
  store: { id: 's', name: 'S', timezone: 'UTC', currency: 'EUR' },
  floor: { width: 5, depth: 5 },
  content: [
    { id: 'first', category: 'dairy' },
    { id: 'poster', url },
  ],
});

describe('the address of content', () => {
  it.each([
    'http://signage.shop.test/poster.png',
    'https://10.0.0.7:8443/board?screen=1#top',
    'HTTP://Signage_1.local/a.html',
    'http://[fd00::7]:8080/x.jpg',
    'https://例え.テスト/x',
  ])('%s is taken', (url) => {
    expect((checkStoreFile(file(url), 'store.yaml') as StoreFile).content?.[1]?.url).toBe(url);
  });

  it.each([
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    'java\tscript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'file:///etc/passwd',
    'blob:http://x/1',
    'view-source:http://x',
    'ftp://x/y',
    'ws://x/y',
    'http:x/y',
    'http:/x/y',
    'http:\\\\x\\y',
    'https://user:s3cret-word@x/y',
    'https://user@x/y',
    'https://@x/y',
    'http://x/\u0000y',
    'http://x/\ny',
    'http://x/y z',
    'http://x/\u007fy',
    'http://*/y',
    'http://*.x/y',
    "http://x;script-src/'y'",
    'http://x,y/z',
    'http:///y',
    'http://',
    '//x/y',
    '/poster.png',
    'poster.png',
    '',
    `http://x/${'y'.repeat(2048)}`,
  ])('%j is refused at the field, and not repeated', (url) => {
    expect(webAddress(url)).toBeUndefined();
    let refused: unknown;
    try {
      checkStoreFile(file(url), 'store.yaml');
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(StoreFileError);
    expect((refused as StoreFileError).problems).toMatchObject([
      { field: 'content[1].url', code: 'expectedOther', values: { expected: 'webAddress' } },
    ]);
    expect((refused as StoreFileError).message).not.toContain('s3cret');
  });

  it('of a version that was kept before there was this rule stays readable', () => {
    const kept = file('poster.png');
    expect(keptStoreFile(kept, 'version 1')).toEqual(kept);
    expect(() => keptStoreFile({ ...(kept as object), floor: 7 }, 'version 1')).toThrow(/floor/);
  });
});
