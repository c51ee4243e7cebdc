import { refuse } from '../../aws-error.ts';

/**
 * The rules for a new parameter's name. Source: SSM-API/API_PutParameter, member Name.
 * @throws AwsError with AWS's words for the rule that is broken
 */
export function checkName(name: string): void {
  if (/^\/?(aws|ssm)/i.test(name)) {
    if (/^\/aws/i.test(name)) {
      refuse('AccessDeniedException', `No access to reserved parameter name: ${name}.`);
    }
    refuse('ValidationException', nameRules);
  }
  if (!/^[a-zA-Z0-9_.\-/]+$/.test(name) || /\/\/|\/$/.test(name)) refuse('ValidationException', nameRules);
  if (name.includes('/') && !name.startsWith('/')) {
    refuse('ValidationException', 'Parameter name must be a fully qualified name.');
  }
  if (name.length > 1011) {
    refuse('ValidationException', 'The maximum length of a parameter name is 1011 characters, including its full ARN.');
  }
  if (name.split('/').length - 1 > 15) {
    refuse(
      'HierarchyLevelLimitExceededException',
      'A hierarchy can have a maximum of 15 levels. For more information, see Requirements and constraints for parameter names in the AWS Systems Manager User Guide.',
    );
  }
}

/** A name as a caller may write it: plain, as an ARN (then with a leading slash), and with a version behind a colon. */
export interface NamedVersion {
  readonly name: string;
  readonly version: string | undefined;
}

export function parseName(text: string): NamedVersion {
  const arn = /^arn:[^:]*:ssm:[^:]*:\d{12}:parameter(\/[^:]+)(?::(.+))?$/.exec(text);
  if (arn?.[1]) {
    return { name: arn[1], version: arn[2] };
  }
  const [name = '', version] = text.split(':');
  return { name, version };
}

const nameRules =
  'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_';
