import { expect, test } from 'vitest';
import { lostData } from './lost-data.ts';
import type { PlannedAction } from './plan.ts';

const lost = (...changes: readonly (readonly [PlannedAction, string])[]) =>
  lostData({
    changes: changes.map(([action, address]) => ({
      ...{ address, action, before: null, after: null },
      type: /(aws_\w+)/.exec(address)?.[1] ?? '',
    })),
  }).map(({ address }) => address);

const table = 'module.table["api/posts"].aws_dynamodb_table.this';
const own = 'module.secrets["api"].aws_ssm_parameter.this["KEY"]';

test('a table, a repository, a database or a secret that goes takes its data along', () => {
  const database = 'module.database[0].aws_db_instance.this';
  const repository = 'module.registry[0].aws_ecr_repository.this["shop/api"]';
  expect(lost(['delete', table], ['delete', own], ['replace', database], ['delete', repository])).toEqual([
    table,
    own,
    database,
    repository,
  ]);
});

test('one that stays does not, nor a document of teal’s own, nor what is made anew by every apply', () => {
  expect(
    lost(
      ['update', table],
      ['create', own],
      ['delete', 'module.service["api"].aws_ssm_parameter.discovery'],
      ['replace', 'module.service["api"].aws_ecs_task_definition.bootstrap'],
    ),
  ).toEqual([]);
});
