/** The command line that undoes a change. */
export function undoCommand(id: string): string {
  return `sshctl undo ${id}`;
}
