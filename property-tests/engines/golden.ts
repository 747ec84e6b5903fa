/**
 * The golden data: chains of digests by section and name, each as its marks with spaces between.
 *
 * *Source:* house rule 9. *Deviations:* none.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Answer } from './run-engine.ts'
import { agentOf, saidIn } from './verdict.ts'
import type { Column } from './work.ts'

/** `madeBy` names the engine that the chains come from. */
export type Golden = Readonly<{ madeBy: string; chains: Readonly<Record<string, Readonly<Record<string, string>>>> }>

/** The committed data, seen from the root of the checkout. */
export const goldenFile = 'property-tests/engines/golden.json'

export const readGolden = (path: string = goldenFile): Golden => JSON.parse(readFileSync(path, 'utf8')) as Golden

/** `golden` with what was answered: where a name has a chain already, it is kept unless `replace`; names that are no longer answered go. */
export const updatedGolden = (golden: Golden, answer: Answer, columns: readonly Column[], replace: boolean): Golden => {
  const chains = { ...golden.chains }
  for (const { group, golden: section } of columns) {
    const known = golden.chains[section] ?? {}
    chains[section] = Object.fromEntries([...saidIn(answer, group)].map(([name, { chain }]) => [name, replace ? chain.join(' ') : (known[name] ?? chain.join(' '))]))
  }
  return { madeBy: agentOf(answer) ?? 'an unknown engine', chains }
}

export const writeGolden = (golden: Golden): void => writeFileSync(goldenFile, `${JSON.stringify(golden, null, 1)}\n`)
