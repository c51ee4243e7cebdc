import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fileOf, generatedFiles } from '../scripts/generate-configuration.ts';

test.each(generatedFiles())(
  '$path is what the schema says today (npx tsx scripts/generate-configuration.ts)',
  (file) => {
    expect(readFileSync(fileOf(file.path), 'utf8')).toBe(file.content);
  },
);
