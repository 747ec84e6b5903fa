// A user's module for tests: a cart on a rail whose motor is so strong that commands beyond ±2 tear the simulation apart, and models that fail.
import { mujocoEnv } from '../../../dist/envs/index.js'

const cart = (drives, geom = 'size="0.1"') => `<mujoco>
  <option timestep="0.01"/>
  <size memory="512K"/>
  <worldbody>
    <body name="cart"><joint name="rail" type="slide" axis="1 0 0" damping="1"/><geom ${geom} mass="1"/></body>
  </worldbody>
  <actuator>${drives}</actuator>
</mujoco>`

const common = {
  title: 'A cart that shall stand at the mark',
  source: 'this file',
  frameSkip: 2,
  timeLimit: 50,
  rewards: {
    nearness: ({ now }) => -now.qpos[0] * now.qpos[0],
    rest: ({ now, before, dt }) => -0.1 * ((now.qpos[0] - before.qpos[0]) / dt) ** 2,
    effort: ({ action }) => -0.001 * action[0] * action[0],
  },
  ends: ({ now }) => Math.abs(now.qpos[0]) > 2,
}

export const bilevel = {
  envs: [
    mujocoEnv({ ...common, id: 'Cart-v0', mjcf: cart('<motor joint="rail" gear="3" ctrlrange="-1 1" ctrllimited="true"/>') }),
    mujocoEnv({ ...common, id: 'Wild-v0', mjcf: cart('<motor joint="rail" gear="5e9"/>'), rewards: { effort: ({ action }) => -action[0] * action[0] }, ends: () => false }),
    mujocoEnv({ ...common, id: 'Crooked-v0', mjcf: cart('<motor joint="rail"/>', 'siz="0.1"') }),
    mujocoEnv({ ...common, id: 'Idle-v0', mjcf: cart('') }),
    mujocoEnv({ ...common, id: 'Lost-v0', mjcf: cart('<motor joint="rail"/>'), ends: ({ body }) => body('car') > 0 }),
  ],
}
