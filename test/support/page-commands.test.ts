import { expect, it } from 'vitest';
import { commandsOf, missingLines } from './page-commands.ts';

const PAGE = `# A page

\`\`\`sh
chaos init a --yes
chaos run a   # exit 1
\`\`\`

\`\`\`text
took 1.5 s (R3, …)
FAIL
\`\`\`

\`\`\`yaml
a: 1
\`\`\`
`;

it('finds commands in their order, each with its exit code and what is quoted of it', () => {
  expect(commandsOf(PAGE)).toEqual([
    { command: 'chaos init a --yes', exit: 0, quoted: [] },
    { command: 'chaos run a', exit: 1, quoted: ['took 1.5 s (R3, …)', 'FAIL'] },
  ]);
});

it.each([
  ['took 300 ms (R1, file)\nFAIL', []],
  ['took 1 m 20 s (R1, file)\nFAIL', []],
  ['FAIL\ntook 3 s (R1, file)', ['FAIL']],
  ['took long (R1, file)\nFAIL', ['took 1.5 s (R3, …)']],
  ['took 3 s\nPASS', ['took 1.5 s (R3, …)', 'FAIL']],
])('of %j the quoted lines %j are missing', (output, missing) => {
  expect(missingLines(['took 1.5 s (R3, …)', 'FAIL'], output)).toEqual(missing);
});
