import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { modulePages } from '../scripts/generate-terraform-readmes.ts';

test.each(modulePages())(
  '$path has the inputs and outputs of today (npx tsx scripts/generate-terraform-readmes.ts)',
  ({ path, content }) => {
    expect(readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8')).toBe(content);
  },
);
