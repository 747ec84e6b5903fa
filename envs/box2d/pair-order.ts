/**
 * Lets planck find contacts in the order of Box2D: sorted by the ages of the two shapes.
 *
 * Contacts are solved one after another, in the order in which they were found. Where the feet of a robot stand on several pieces of
 * ground and its joints push against their limits, 60 position steps do not settle, and another order gives another pose: a knee
 * of the walker differs by 0.26 rad after one step on the ground, and by 2e-5 rad with Box2D's order.
 *
 * *Source:* Box2D 2.3, `b2BroadPhase::UpdatePairs`, which sorts pairs by the numbers of their proxies.
 * *Deviations:* the numbers are those of a world that has never lost a shape; the reference reuses a world, and with it numbers.
 */
import type { World } from 'planck'

type Proxy = Readonly<{ proxyId: number; fixture: Readonly<{ m_body: Readonly<{ isDynamic(): boolean }> }> }>
type AddPair = (a: Proxy, b: Proxy) => void
/** planck declares these fields internal; of each pair the older shape comes first. */
type WorldState = Readonly<{ m_broadPhase: { updatePairs(add: AddPair): void } }>

/** Whether the pair (a, b) comes before the pair (c, d). */
const isOlder = (a: Proxy, b: Proxy, c: Proxy, d: Proxy): boolean => a.proxyId < c.proxyId || (a.proxyId === c.proxyId && b.proxyId < d.proxyId)

/** Makes `world` find its contacts in the order of Box2D from now on. */
export const orderPairs = (world: World): void => {
  const { m_broadPhase: phase } = world as unknown as WorldState
  const findPairs = phase.updatePairs.bind(phase)
  // pairs in order; the arrays are never shortened, so that they are allocated once
  const older: Proxy[] = []
  const younger: Proxy[] = []
  let count = 0
  const insert: AddPair = (a, b) => {
    // pairs of still shapes make no contact, but there are many of them in a new world
    if (!a.fixture.m_body.isDynamic() && !b.fixture.m_body.isDynamic()) return
    let at = count++
    for (; at > 0 && isOlder(a, b, older[at - 1], younger[at - 1]); at--) {
      older[at] = older[at - 1]
      younger[at] = younger[at - 1]
    }
    older[at] = a
    younger[at] = b
  }
  phase.updatePairs = (add) => {
    count = 0
    findPairs(insert)
    for (let i = 0; i < count; i++) add(older[i], younger[i])
  }
}
