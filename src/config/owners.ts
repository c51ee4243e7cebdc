/** Who makes a field's value real: `terraform` before a deployment, or the engine in it. */
export type Owner = 'terraform' | 'engine';

export interface Ownership {
  readonly owner: Owner;
  /** What becomes of the value. */
  readonly becomes: string;
}

/**
 * Every field of a service's JSON and its one owner. A change of Terraform's fields needs an apply before the next
 * deployment (the hash below tells); a change of the engine's is part of the next deployment.
 */
export const owners = {
  kind: { owner: 'terraform', becomes: 'whether there are target groups and rules at all' },
  image: { owner: 'engine', becomes: 'the task definition, by digest' },
  port: {
    owner: 'engine',
    becomes: "the task definition and the ECS service's container port; target groups keep a constant one",
  },
  cpu: { owner: 'engine', becomes: 'the task definition' },
  memory: { owner: 'engine', becomes: 'the task definition' },
  architecture: { owner: 'engine', becomes: 'the task definition' },
  command: { owner: 'engine', becomes: 'the task definition' },
  environment: { owner: 'engine', becomes: 'the task definition' },
  secrets: { owner: 'terraform', becomes: 'what the roles may read; the engine then names it in the task definition' },
  'uses.tables': {
    owner: 'terraform',
    becomes: 'tables, and what the task role may do with them; the engine then names them to the tasks',
  },
  healthCheck: { owner: 'engine', becomes: 'the task definition' },
  routes: { owner: 'terraform', becomes: "the rules' conditions and priorities; their actions are the engine's" },
  targetHealthCheck: { owner: 'terraform', becomes: 'the target groups' },
  loadBalancer: { owner: 'terraform', becomes: 'where the rules and target groups are' },
  protocol: { owner: 'terraform', becomes: 'the target groups' },
  stickiness: { owner: 'terraform', becomes: 'what is published as wanted; the engine writes it into the actions' },
  gracePeriod: { owner: 'terraform', becomes: 'the ECS services; changing it starts no deployment' },
  stopTimeout: { owner: 'engine', becomes: 'the task definition' },
  deregistrationDelay: { owner: 'terraform', becomes: "the target groups' attribute" },
  'logs.retentionDays': { owner: 'terraform', becomes: 'the log group' },
  'scaling.min': { owner: 'engine', becomes: 'the desired count and the scalable targets' },
  'scaling.max': { owner: 'engine', becomes: 'the scalable targets' },
  'scaling.cpuPercent': { owner: 'terraform', becomes: 'the scaling policies' },
  'scaling.memoryPercent': { owner: 'terraform', becomes: 'the scaling policies' },
  'scaling.requestsPerTarget': { owner: 'terraform', becomes: "the scaling policies, each on its own colour's group" },
  'scaling.schedules': { owner: 'terraform', becomes: 'the scheduled actions' },
  'deployment.controller': { owner: 'terraform', becomes: 'which resources there are' },
  'deployment.strategy': { owner: 'engine', becomes: 'the steps of the plan' },
  'deployment.healthTimeout': { owner: 'engine', becomes: 'a limit of the plan' },
  'deployment.bake': { owner: 'engine', becomes: 'a phase of the plan' },
  'deployment.keepWarm': { owner: 'engine', becomes: 'due work after the outcome' },
  'deployment.onInterrupt': { owner: 'engine', becomes: 'what a driver does when it is told to end' },
  'deployment.identity': { owner: 'engine', becomes: 'how probes tell the revisions apart' },
  'deployment.verification': { owner: 'engine', becomes: 'gates before the first step' },
  'deployment.limits': { owner: 'engine', becomes: 'what ends the deployment by itself' },
  'deployment.alarms': { owner: 'engine', becomes: 'alarms that are watched' },
  'local.build': { owner: 'engine', becomes: 'the image on the local runtime' },
} as const satisfies Readonly<Record<string, Ownership>>;
