/**
 * Body of Ant: a sphere with four two-jointed legs. Joints run from leg 1 to 4; the drives start with leg 4.
 *
 * *Source:* Schulman et al. 2015, arXiv 1506.02438, "High-dimensional continuous control using generalized advantage
 * estimation"; the numbers of Gymnasium's v5 environment, and of rllab's in cbfinn/maml_rl.
 * *Deviations:* 1. limited engine memory. 2. no silent reset. 3. names, order of attributes and decoration are our own.
 */

/** A leg that points to (x, y) = (±1, ±1): a welded hip piece, a thigh turning about z and a shank turning about `ankleAxis`. */
const leg = (name: string, index: number, x: 1 | -1, y: 1 | -1, ankleAxis: string, ankleRange: string): string => `
      <body name="${name}">
        <geom fromto="0 0 0 ${0.2 * x} ${0.2 * y} 0"/>
        <body name="aux_${index}" pos="${0.2 * x} ${0.2 * y} 0">
          <joint name="hip_${index}" axis="0 0 1" range="-30 30"/>
          <geom fromto="0 0 0 ${0.2 * x} ${0.2 * y} 0"/>
          <body pos="${0.2 * x} ${0.2 * y} 0">
            <joint name="ankle_${index}" axis="${ankleAxis}" range="${ankleRange}"/>
            <geom fromto="0 0 0 ${0.4 * x} ${0.4 * y} 0"/>
          </body>
        </body>
      </body>`

const drives = [4, 1, 2, 3].map((index) => `
    <motor joint="hip_${index}"/>
    <motor joint="ankle_${index}"/>`)

/** Where the two versions differ: seconds per timestep, attributes of all shapes, gear and largest command of the drives. */
type Version = Readonly<{ name: string; timestep: number; contact: string; gear: number; command: number }>

const mjcf = ({ name, timestep, contact, gear, command }: Version): string => `
<mujoco model="${name}">
  <compiler angle="degree"/>
  <size memory="512K"/>
  <option timestep="${timestep}" integrator="RK4" solver="Newton" gravity="0 0 -9.81"><flag autoreset="disable"/></option>
  <default>
    <geom type="capsule" size="0.08" condim="3" friction="1 0.5 0.5" margin="0.01" density="5" contype="1" conaffinity="0"${contact}/>
    <joint type="hinge" limited="true" armature="1" damping="1"/>
    <motor ctrllimited="true" ctrlrange="${-command} ${command}" gear="${gear}"/>
  </default>
  <worldbody>
    <geom name="floor" type="plane" size="40 40 40" conaffinity="1"/>
    <body name="torso" pos="0 0 0.75">
      <freejoint name="root"/>
      <geom type="sphere" size="0.25"/>${leg('front_left_leg', 1, 1, 1, '-1 1 0', '30 70')}${leg('front_right_leg', 2, -1, 1, '1 1 0', '-70 -30')}${leg('back_leg', 3, -1, -1, '-1 1 0', '-70 -30')}${leg('right_back_leg', 4, 1, -1, '1 1 0', '30 70')}
    </body>
  </worldbody>
  <actuator>${drives.join('')}
  </actuator>
</mujoco>`

/** Gym's ant: commands of ±1, geared to torques of ±150 N m. */
export const antMjcf = mjcf({ name: 'ant', timestep: 0.01, contact: '', gear: 150, command: 1 })

/** Largest command of rllab's ant, in N m. */
export const largestAntCommand = 150

/** rllab's ant: commands in N m, stiffer contacts, and a timestep as long as its control period. */
export const rllabAntMjcf = mjcf({
  name: 'rllab-ant',
  timestep: 0.02,
  contact: ' solref="0.02 1" solimp="0.8 0.8 0.01"',
  gear: 1,
  command: largestAntCommand,
})
