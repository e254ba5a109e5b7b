// A C2SP tlog-policy: logs, witnesses, groups and the quorum; anything else is an error.
const COUNT = /^[1-9][0-9]{0,5}$/;

function threshold(count, members) {
  if (count === "any") return 1;
  if (count === "all") return members.length;
  if (!COUNT.test(count) || Number(count) > members.length) throw new Error("a threshold that no group has");
  return Number(count);
}

/** { logs: key lines, witnesses: name -> key line, groups: name -> { needs, members }, quorum } */
export function policyOf(words) {
  const policy = { logs: [], witnesses: new Map(), groups: new Map(), quorum: null };
  const known = (name) => policy.witnesses.has(name) || policy.groups.has(name);
  const used = new Set();
  const fresh = (name) => {
    if (name === "none" || known(name)) throw new Error("a name that is taken");
  };
  for (const line of words.split("\n")) {
    const [kind, ...rest] = line.split(/[ \t]+/).filter(Boolean);
    if (kind === undefined || kind.startsWith("#")) continue;
    if (kind === "log" && (rest.length === 1 || rest.length === 2)) {
      policy.logs.push(rest[0]);
    } else if (kind === "witness" && (rest.length === 2 || rest.length === 3)) {
      fresh(rest[0]);
      if ([...policy.witnesses.values()].includes(rest[1])) throw new Error("one witness twice");
      policy.witnesses.set(rest[0], rest[1]);
    } else if (kind === "group" && rest.length > 2) {
      const [name, count, ...members] = rest;
      for (const member of members) {
        if (!known(member) || used.has(member)) throw new Error("a member that is unknown or used before");
        used.add(member);
      }
      fresh(name);
      policy.groups.set(name, { needs: threshold(count, members), members });
    } else if (kind === "quorum" && rest.length === 1 && policy.quorum === null && (rest[0] === "none" || known(rest[0]))) {
      [policy.quorum] = rest;
    } else {
      throw new Error("no line of a policy");
    }
  }
  if (policy.quorum === null) throw new Error("no quorum line");
  return policy;
}

/** Whether these witnesses, by their names, are the quorum. */
export function reached(policy, names) {
  const seen = (name) => {
    const group = policy.groups.get(name);
    return group ? group.members.filter(seen).length >= group.needs : names.has(name);
  };
  return policy.quorum === "none" || seen(policy.quorum);
}
