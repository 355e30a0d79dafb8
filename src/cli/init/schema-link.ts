import { join, relative, resolve, sep } from 'node:path';

/** Where editors find a schema: what a file in a folder says, and which files must be copied for that. */
export interface SchemaLink {
  /** The path of a schema, relative to a file in the folder. */
  from(folder: string, schema: string): string;
  /** The folder that wants a copy of the schemas; null where the package's own are referred to. */
  copyTo: string | null;
}

/**
 * Files refer to the package itself where it belongs to the same project, for then it comes along wherever that is
 * cloned to; elsewhere, as after `npm install -g`, they get a copy of the schemas beside them.
 *
 * @param base the folder that holds `experiments/` and `environments/`
 */
export function schemaLink(base: string, packageFolder: string): SchemaLink {
  const project = packageFolder.split(`${sep}node_modules${sep}`)[0] ?? packageFolder;
  const own = resolve(base) === project || resolve(base).startsWith(project + sep);
  const schemas = join(own ? packageFolder : resolve(base), 'schema');
  return {
    from: (folder, schema) => {
      const path = relative(folder, join(schemas, `${schema}.schema.json`));
      return path.split(sep).join('/');
    },
    copyTo: own ? null : schemas,
  };
}
