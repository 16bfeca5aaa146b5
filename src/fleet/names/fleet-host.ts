/** A host of a fleet, as the command line and the inventory have it. Nothing of it comes from the host itself. */
export interface FleetHost {
  /** By which the user knows it. */
  name: string;
  /** Where ssh(1) connects to, if that is not the name. */
  address?: string;
  /** Arguments for ssh(1) beside those of the engine. */
  sshArgs: readonly string[];
  /** Whether the inventory says that root's rights are taken there. */
  becomes?: boolean;
}
