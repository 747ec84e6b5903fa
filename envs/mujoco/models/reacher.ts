/**
 * Body of Reacher: a two-link arm in the plane and a target on two slides, whose positions are its world coordinates.
 *
 * *Source:* the numbers of Gymnasium's v5 environment.
 * *Deviations:* 1. limited engine memory. 2. no silent reset. 3. names, order of attributes and decoration are our own.
 */
export const reacherMjcf = `
<mujoco model="reacher">
  <compiler angle="radian"/>
  <size memory="512K"/>
  <option timestep="0.01" integrator="RK4" solver="Newton" gravity="0 0 -9.81"><flag autoreset="disable"/></option>
  <default>
    <geom type="capsule" size="0.02" condim="3" friction="1 0.1 0.1" contype="0" conaffinity="0"/>
    <joint armature="1" damping="1"/>
    <motor ctrllimited="true" ctrlrange="-1 1" gear="200"/>
  </default>
  <worldbody>
    <geom name="ground" type="plane" size="1 1 10"/>
    <geom name="south" fromto="-0.3 -0.3 0.01 0.3 -0.3 0.01"/>
    <geom name="east" fromto="0.3 -0.3 0.01 0.3 0.3 0.01"/>
    <geom name="north" fromto="-0.3 0.3 0.01 0.3 0.3 0.01"/>
    <geom name="west" fromto="-0.3 -0.3 0.01 -0.3 0.3 0.01"/>
    <geom name="root" type="cylinder" fromto="0 0 0 0 0 0.02" size="0.011"/>
    <body name="body0" pos="0 0 0.01">
      <joint name="joint0" type="hinge" axis="0 0 1" limited="false"/>
      <geom name="link0" fromto="0 0 0 0.1 0 0" size="0.01" conaffinity="1"/>
      <body name="body1" pos="0.1 0 0">
        <joint name="joint1" type="hinge" axis="0 0 1" limited="true" range="-3 3"/>
        <geom name="link1" fromto="0 0 0 0.1 0 0" size="0.01" conaffinity="1"/>
        <body name="fingertip" pos="0.11 0 0">
          <geom name="fingertip" type="sphere" size="0.01" conaffinity="1"/>
        </body>
      </body>
    </body>
    <body name="target" pos="0.1 -0.1 0.01">
      <joint name="target_x" type="slide" axis="1 0 0" limited="true" range="-0.27 0.27" ref="0.1" armature="0" damping="0"/>
      <joint name="target_y" type="slide" axis="0 1 0" limited="true" range="-0.27 0.27" ref="-0.1" armature="0" damping="0"/>
      <geom name="target" type="sphere" size="0.009"/>
    </body>
  </worldbody>
  <actuator>
    <motor joint="joint0"/>
    <motor joint="joint1"/>
  </actuator>
</mujoco>`
