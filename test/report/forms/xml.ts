export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Reads XML without namespaces, comments and CDATA, and takes nothing that is not well-formed. */
export function parseXml(xml: string): Element {
  const tokens = /<\?xml [^?<>]*\?>\s*|<\/([\w.-]+)>|<([\w.-]+)((?: [\w.-]+="[^"<]*")*)(\/?)>|([^<>]+)/y;
  const top: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [top];
  for (let at = 0; at < xml.length; at = tokens.lastIndex) {
    tokens.lastIndex = at;
    const token = tokens.exec(xml);
    if (token === null)
      throw new Error(`not well-formed at ${at}: ${JSON.stringify(xml.slice(at, at + 80))}`);
    const [, end, start, attributes, empty, text] = token;
    const parent = open.at(-1)!;
    if (text !== undefined) parent.text += plain(text);
    if (end !== undefined && open.pop()?.name !== end) throw new Error(`</${end}> closes nothing at ${at}`);
    if (start === undefined) continue;
    const pairs = [...(attributes ?? '').matchAll(/ ([\w.-]+)="([^"]*)"/g)];
    const element: Element = {
      name: start,
      attributes: Object.fromEntries(pairs.map(([, name, value]) => [name!, plain(value!)] as const)),
      children: [],
      text: '',
    };
    parent.children.push(element);
    if (empty === '') open.push(element);
  }
  if (open.length !== 1 || top.children.length !== 1) throw new Error('not one element');
  return top.children[0]!;
}

function plain(text: string): string {
  if (/[^\u0009\u000A\u000D\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(text))
    throw new Error(`a character that XML forbids in ${JSON.stringify(text)}`);
  return text.replace(/&([^;]*);?/g, (whole, name: string) => {
    if (ENTITIES[name] === undefined || !whole.endsWith(';')) throw new Error(`not an entity: ${whole}`);
    return ENTITIES[name];
  });
}
