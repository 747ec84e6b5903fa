/**
 * What an engine is asked and what it answers: plain data, one message per subject.
 *
 * The same code runs in Node, in Bun and in a page; only the way in and out and the kind of worker differ.
 *
 * *Source:* none. *Deviations:* none.
 */
import type { Subject } from './digest-chain.ts'
import { kernelSubjects } from './kernels.ts'
import { mathsSubjects } from './maths.ts'
import { rolloutSubjects } from './rollouts.ts'
import { type OpenPool, runSubjects } from './runs.ts'

/** The groups of subjects to compute; null for all. */
export type Request = Readonly<{ groups: readonly string[] | null }>

export type Message =
  | (Omit<Subject, 'chain'> & Readonly<{ kind: 'chain'; chain: readonly string[]; ms: number }>)
  | (Omit<Subject, 'chain' | 'part'> & Readonly<{ kind: 'failed'; reason: string }>)
  | Readonly<{ kind: 'end'; agent: string }>

/** An engine from within: how it names itself, how it starts workers, and how it is heard. */
export type Inside = Readonly<{ agent: string; openPool: OpenPool; say(message: Message): Promise<void> | void }>

/** Everything that can be asked, in order. */
export const subjectsOf = (openPool: OpenPool): readonly Subject[] => [...mathsSubjects, ...kernelSubjects, ...rolloutSubjects, ...runSubjects(openPool)]

/** A column of the report, and the section of the golden data that belongs to it. */
export type Column = Pick<Subject, 'group' | 'golden'>

/** All columns, in order. */
export const columns: readonly Column[] = [
  ...new Map(
    subjectsOf(() => {
      throw new Error('columns open nothing')
    }).map(({ group, golden }) => [group, { group, golden }]),
  ).values(),
]

const reasonOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))

/** Computes what is asked and says it subject by subject. */
export const work = async (request: Request, { agent, openPool, say }: Inside): Promise<void> => {
  for (const { group, golden, name, part, chain } of subjectsOf(openPool)) {
    if (request.groups !== null && !request.groups.includes(group)) continue
    const started = performance.now()
    try {
      await say({ kind: 'chain', group, golden, name, part, chain: await chain(), ms: performance.now() - started })
    } catch (error) {
      await say({ kind: 'failed', group, golden, name, reason: reasonOf(error) })
    }
  }
  await say({ kind: 'end', agent })
}
