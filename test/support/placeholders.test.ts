import { describe, expect, it } from 'vitest';
import { fillPlaceholders, isPlaceholder, placeholdersIn } from '../../src/support/placeholders.ts';

describe('placeholders', () => {
  const text = 'on ${port.http} of ${replica} with ${link.redis.1.host}, ${HOME} and ${portal}';

  it('are found by their names, and variables of a shell are none', () => {
    expect(placeholdersIn(text)).toEqual(['port.http', 'replica', 'link.redis.1.host']);
    expect(['port.http', 'here', 'link.z'].every(isPlaceholder)).toBe(true);
    expect(['HOME', 'portal', 'port', 'here:-x', 'secrets.link'].some(isPlaceholder)).toBe(false);
  });

  it('are filled in, and everything else stays', () => {
    const values = { 'port.http': '80', replica: '2', 'link.redis.1.host': '127.0.0.1' };
    expect(fillPlaceholders(text, values)).toBe('on 80 of 2 with 127.0.0.1, ${HOME} and ${portal}');
    expect(() => fillPlaceholders('${port.admin}', values)).toThrow('there is no value for ${port.admin}');
    expect(() => fillPlaceholders('${link.toString}', values)).toThrow(RangeError);
  });

  it('for each address of a link are its text so often', () => {
    const text = 'upstream api { ${each.api:server *; } }';
    expect(placeholdersIn(text)).toEqual(['each.api:server *; ']);
    expect(fillPlaceholders(text, { 'link.api': 'a:1,b:2' })).toBe(
      'upstream api { server a:1; server b:2;  }',
    );
    expect(fillPlaceholders(text, { 'link.api': '' })).toBe('upstream api {  }');
    expect(() => fillPlaceholders(text, {})).toThrow('there is no value for ${link.api}');
  });
});
