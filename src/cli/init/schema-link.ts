import { join, relative, resolve, sep } from 'node:path';

/** Where editors find a schema: the reference in a file of a folder, and the copies that it needs. */
export interface SchemaLink {
  /** The path of a schema, relative to a file in the folder. */
  from(folder: string, schema: string): string;
  /** The folder that needs a copy of the schemas; null when the files refer to the package itself. */
  copyTo: string | null;
}

/**
 * Files refer to the package itself when it is installed in the same project, because it is then present wherever the
 * project is cloned. Otherwise, as after `npm install -g`, they get a copy of the schemas beside them.
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
