import type { PlannedAction, PlannedChange, TerraformPlan } from './plan.ts';

/** What holds something that no apply brings back. */
const holding = [
  'aws_db_instance',
  'aws_dynamodb_table',
  'aws_ecr_repository',
  'aws_rds_cluster',
  'aws_secretsmanager_secret',
];

const away: readonly PlannedAction[] = ['delete', 'replace'];

/** What a plan deletes together with items, images or values. A parameter is one where it is a secret. */
export const lostData = ({ changes }: Pick<TerraformPlan, 'changes'>): readonly PlannedChange[] =>
  changes.filter(
    ({ address, type, action }) =>
      away.includes(action) &&
      (holding.includes(type) || (type === 'aws_ssm_parameter' && address.startsWith('module.secrets['))),
  );
