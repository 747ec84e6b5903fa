/**
 * What an engine is asked and what it answers: plain data, one message per subject.
 *
 * The same code runs in Node, in Bun and in a page; only the way in and out differs.
 *
 * *Source:* none. *Deviations:* none.
 */
import type { Subject } from './digest-chain.ts'
import { mathsSubjects } from './maths.ts'
import { rolloutSubjects } from './rollouts.ts'

/** The groups of subjects to compute; null for all. */
export type Request = Readonly<{ groups: readonly string[] | null }>

export type Message =
  | Readonly<{ kind: 'chain'; group: string; name: string; part: Subject['part']; chain: readonly string[]; ms: number }>
  | Readonly<{ kind: 'failed'; group: string; name: string; reason: string }>
  | Readonly<{ kind: 'end'; agent: string }>

const subjects: readonly Subject[] = [...mathsSubjects, ...rolloutSubjects]

/** The names of the groups, in the order of the subjects. */
export const groups: readonly string[] = [...new Set(subjects.map(({ group }) => group))]

const reasonOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))

/** Computes what is asked and says it subject by subject; `agent` names the engine. */
export const work = async (request: Request, agent: string, say: (message: Message) => Promise<void> | void): Promise<void> => {
  for (const { group, name, part, chain } of subjects) {
    if (request.groups !== null && !request.groups.includes(group)) continue
    const started = performance.now()
    try {
      await say({ kind: 'chain', group, name, part, chain: await chain(), ms: performance.now() - started })
    } catch (error) {
      await say({ kind: 'failed', group, name, reason: reasonOf(error) })
    }
  }
  await say({ kind: 'end', agent })
}
