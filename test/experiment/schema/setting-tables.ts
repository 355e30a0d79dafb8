import { explainedAssets } from '../../../src/cli/explain/assets.ts';
import { schemas } from '../../../src/experiment/schema/validators.ts';
import { isMap, type JsonSchema } from '../../../src/experiment/schema/json-schema.ts';

/** The tables of docs/settings.md as the schema says them: by the key of an environment, one row for each field. */
export function settingTables(): Record<string, string[]> {
  const { properties = {} } = schemas.environment;
  return Object.fromEntries(
    explainedAssets().map(({ under, fields }) => {
      const { additionalProperties } = properties[under] ?? {};
      const known = isMap(additionalProperties) ? (additionalProperties as JsonSchema).properties : {};
      const rows = fields.map(({ name, type, default: standard, description }) => {
        const { 'x-server': server, 'x-since': since } = known?.[name] ?? {};
        const text = description.replace(/ Needs nats-server [\d.]+\.$/, '');
        const otherwise = standard === undefined ? '' : ` Left out: ${JSON.stringify(standard)}.`;
        const cells = [`\`${name}\``, type, text + otherwise, server === undefined ? '' : `\`${server}\``, since ?? ''];
        return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
      });
      return [under, rows];
    }),
  );
}
