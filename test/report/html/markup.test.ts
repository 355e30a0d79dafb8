import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml, escapeJson, html } from '../../../src/report/html/markup.ts';

describe('escaping', () => {
  it('leaves nothing of a text that HTML could take for its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"'\u0000-\u0008\u202A-\u202E]/);
        expect(escapeHtml(text)).not.toMatch(/&(?!(amp|lt|gt|quot|#39);)/);
        expect(html`<b title="${text}">${text}</b>`.text.match(/</g)).toHaveLength(2);
      }),
    );
  });

  it('keeps JSON what it is, without a character that ends a script', () => {
    fc.assert(
      fc.property(fc.json(), fc.string({ unit: 'binary' }), (json, text) => {
        const value = [JSON.parse(json) as unknown, `${text}</script><!--\u2028`];
        const escaped = escapeJson(value);
        expect(escaped).not.toMatch(/[<>&\u2028\u2029]/);
        expect(JSON.parse(escaped)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
