/**
 * The law of pictures: they can be drawn, stay inside their windows, and drawing changes nothing.
 *
 * *Source:* house contract 4, "Environments" (no memory between calls). *Deviations:* none.
 */
import { type Complaint, error, type Subject } from './env-complaints.ts'
import { type Episode, follow, stepDifference, vectorDifference } from './env-record.ts'
import type { Env } from './env.ts'
import { extentOf, isFiniteShape, isWithin } from './picture-frame.ts'
import type { Picture, View } from './picture.ts'

const viewProblem = ({ title, bounds, ruler, scenery, shapes }: View): string | null => {
  const { left, right, bottom, top } = bounds
  const name = `the view '${title}'`
  if (![left, right, bottom, top].every(Number.isFinite) || left >= right || bottom >= top) return `${name} has the window ${JSON.stringify(bounds)}`
  if (ruler !== null && !(ruler.every > 0)) return `${name} has marks every ${ruler.every}`
  if (shapes.length === 0) return `${name} is empty`
  const broken = [...scenery, ...shapes].find((shape) => !isFiniteShape(shape))
  if (broken !== undefined) return `${name} has a shape that is nowhere: ${JSON.stringify(broken)}`
  const lost = shapes.find((shape) => !isWithin(extentOf(shape), bounds))
  return lost === undefined ? null : `${name} shows ${JSON.stringify(bounds)}, but a shape lies outside: ${JSON.stringify(lost)}`
}

const titlesOf = ({ views }: Picture): string => views.map(({ title }) => title).join(', ')

/** How many states of an episode are drawn, at even distances. */
const drawnStates = 12

const problemOf = <S>(env: Env<S>, draw: (state: S) => Picture, episode: Episode<S>): string | null => {
  const follower = follow(env.live(), episode)
  const stride = Math.ceil(episode.steps.length / drawnStates)
  const titles = titlesOf(draw(episode.steps[0].step.state))
  for (let t = 0; t < episode.steps.length; t++) {
    const { step, bytes } = episode.steps[t]
    const finite = step.obs.every(Number.isFinite)
    if (finite && (t % stride === 0 || t === episode.steps.length - 1)) {
      const picture = draw(step.state)
      const problem = picture.views.length === 0 ? 'there is no view' : picture.views.map(viewProblem).find((each) => each !== null)
      if (problem !== null && problem !== undefined) return `step ${t}: ${problem}`
      if (titlesOf(picture) !== titles) return `step ${t}: the views are (${titlesOf(picture)}), at the start they were (${titles})`
      if (JSON.stringify(draw(env.decode(bytes.slice()))) !== JSON.stringify(picture)) return `step ${t}: drawn again, the same state looks different`
      const changed = vectorDifference('byte of the drawn state', bytes, env.encode(step.state))
      if (changed !== null) return `step ${t}: ${changed}`
      draw(episode.steps[0].step.state)
      if (t < episode.actions.length) {
        const difference = stepDifference(env, episode.steps[t + 1], env.step(episode.keys[t], step.state, episode.actions[t]))
        if (difference !== null) return `step ${t + 1}, after drawing: ${difference}`
      }
    }
    const difference = follower.next()
    if (difference !== null) return `drawing disturbs a live episode: ${difference}`
  }
  return null
}

/** Complaints about the pictures of the recorded states; none where the environment has no pictures. */
export const pictureComplaints = <S>({ env, episodes }: Subject<S>): readonly Complaint[] => {
  if (env.picture === undefined) return []
  const draw = (state: S): Picture => env.picture?.(state) ?? { views: [] }
  return episodes.flatMap((episode, e) => {
    const problem = problemOf(env, draw, episode)
    return problem === null ? [] : [error(`episode ${e}, ${problem}`)]
  })
}
