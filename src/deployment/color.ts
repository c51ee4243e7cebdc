/** One of the two ECS services of a service, with its own target group. */
export type Color = 'blue' | 'green';

export const colors: readonly Color[] = ['blue', 'green'];

export const otherColor = (color: Color): Color => (color === 'blue' ? 'green' : 'blue');
