import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A platform root that makes nothing, in place of the real one: the kit's `aPlatformByProvision` makes in a second what
 * takes the provider a minute and a half.
 */
export function platformStandIn(terraform: string): void {
  const folder = join(terraform, 'platform');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(join(folder, 'main.tf'), root);
  writeFileSync(join(terraform, 'services', 'patience_override.tf'), patience);
}

const root = `terraform {
  backend "s3" {}
}

variable "synced" {
  type = string
}

output "environment" {
  value = jsondecode(file("\${var.synced}/environment.json")).name
}
`;

/** For a root: what is not there is not asked for again and again. */
export const patience = `provider "aws" {
  max_retries = 2
}
`;
