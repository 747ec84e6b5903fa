/**
 * Worlds that planck steps all by itself.
 *
 * *Source:* none. *Deviations:* none.
 */
import type { World } from 'planck'

/** `made` with contacts of planck's own: they come from a pool that all worlds share, in which lean ones may lie. */
export const withPlainContacts = <T extends Readonly<{ world: World }>>(made: T): T => {
  made.world.on('begin-contact', (contact) => {
    for (const solver of ['solveVelocityConstraint', '_solvePositionConstraint']) Reflect.deleteProperty(contact, solver)
  })
  return made
}
