/** Whose lines are wanted: a colour's, or those of the tasks that one deployment started. */
export interface LogStreams {
  readonly color: string;
  readonly deployment: string | undefined;
}

/**
 * What the names of log streams begin with. They are `<prefix>/<container>/<task id>` (ECS-DG/using_awslogs): with
 * colour and deployment in the prefix, both find the lines of tasks that ended long ago. No part of the revision, as
 * neither is one.
 */
export const logStreamsOf = ({ color, deployment }: LogStreams): string =>
  ['teal', color, ...(deployment === undefined ? [] : [deployment])].join('/');
