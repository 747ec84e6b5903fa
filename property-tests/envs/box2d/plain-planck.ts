/**
 * Takes the lean solvers away from a joint or a contact, so that it falls back on those of planck.
 *
 * *Source:* none. *Deviations:* none.
 */
export const usePlanck = (solved: object): void => {
  for (const name of ['solveVelocityConstraints', 'solvePositionConstraints', 'solveVelocityConstraint']) Reflect.deleteProperty(solved, name)
}
