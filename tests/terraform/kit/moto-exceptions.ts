import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface MotoException {
  readonly module: string;
  readonly because: string;
  readonly override: string;
}

/** What moto 5.2.1 can't hold or tell, and so is left out where the platform is applied. Mocked tests have all of it. */
const motoExceptions: readonly MotoException[] = [
  {
    module: 'database',
    because: 'moto holds one RDS instance',
    override: 'resource "aws_db_instance" "replica" {\n  count = 0\n}\n',
  },
  {
    module: 'database',
    because: 'moto leaves out the source of a parameter, without which the provider passes it over',
    override: 'resource "aws_db_parameter_group" "this" {\n  lifecycle {\n    ignore_changes = [parameter]\n  }\n}\n',
  },
  {
    module: 'database',
    because:
      "moto's RDS keeps its password in moto's own Secrets Manager, and the runtime answers for Secrets Manager: " +
      'RotateSecret knows no such secret. moto by itself rotates it, but refuses CancelRotateSecret without a Lambda function',
    override: 'resource "aws_secretsmanager_secret_rotation" "this" {\n  count = 0\n}\n',
  },
];

/** In the folder `terraform` that a world's roots are taken from, before one is made. */
export function exceptForMoto(terraform: string): void {
  const modules = new Set(motoExceptions.map(({ module }) => module));
  for (const module of modules) {
    const overrides = motoExceptions.filter((one) => one.module === module).map(({ override }) => override);
    writeFileSync(join(terraform, 'modules', module, 'test_override.tf'), overrides.join('\n'));
  }
}
