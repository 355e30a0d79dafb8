/** The entry of the guardian process: `node guardian.js <journal>`. */
import { watchOver } from '../run/undo/guardian.ts';

const [journal] = process.argv.slice(2);
if (journal === undefined) process.exitCode = 64;
else watchOver(journal);
