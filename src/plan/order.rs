//! The order of steps: one graph over what steps provide, remove, require, release, take and free.

use std::collections::{BTreeSet, HashMap};

use petgraph::{
    Direction,
    algo::tarjan_scc,
    graph::{DiGraph, NodeIndex},
};
use trueup_contract::{Step, Transaction};
use trueup_state::Address;

/// Steps that wait for each other, which is a bug in a provider.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these steps wait for each other: {}", .0.join("; "))]
pub struct Cycle(pub Vec<String>);

/// Put steps in an order the database accepts; with each, the positions of the steps it waits for.
///
/// Ties among steps that are free to run: the transaction class of the last one first, then builds before drops, then
/// address order. The result depends on the set of steps alone, not on the order they come in.
///
/// # Errors
/// When steps wait for each other.
pub fn order(mut steps: Vec<Step>) -> Result<Vec<(Step, Vec<usize>)>, Cycle> {
    steps.sort_by(|a, b| key(a).cmp(&key(b)));
    let graph = graph(&steps);
    let mut waiting: Vec<usize> =
        graph.node_indices().map(|node| graph.neighbors_directed(node, Direction::Incoming).count()).collect();
    let mut ready: BTreeSet<usize> = (0..steps.len()).filter(|at| waiting[*at] == 0).collect();
    let mut sorted: Vec<usize> = Vec::with_capacity(steps.len());
    let mut class = Transaction::Inside;
    while let Some(next) = ready.iter().copied().find(|at| steps[*at].transaction == class).or(ready.first().copied()) {
        ready.remove(&next);
        class = steps[next].transaction;
        sorted.push(next);
        for after in graph.neighbors(NodeIndex::new(next)) {
            waiting[after.index()] -= 1;
            if waiting[after.index()] == 0 {
                ready.insert(after.index());
            }
        }
    }
    if sorted.len() < steps.len() {
        let stuck = tarjan_scc(&graph).into_iter().find(|group| group.len() > 1).unwrap_or_default();
        return Err(Cycle(stuck.into_iter().map(|node| steps[node.index()].summary.clone()).collect()));
    }
    let place: HashMap<usize, usize> = sorted.iter().enumerate().map(|(place, at)| (*at, place)).collect();
    let before = |at: usize| {
        let mut before: Vec<usize> = graph
            .neighbors_directed(NodeIndex::new(at), Direction::Incoming)
            .filter_map(|node| place.get(&node.index()).copied())
            .collect();
        before.sort_unstable();
        before
    };
    let waits: Vec<Vec<usize>> = sorted.iter().map(|at| before(*at)).collect();
    let mut steps: Vec<Option<Step>> = steps.into_iter().map(Some).collect();
    Ok(sorted.into_iter().filter_map(|at| steps[at].take()).zip(waits).collect())
}

/// Builds before drops, then by address, then by text.
fn key(step: &Step) -> (bool, Option<&Address>, &str) {
    (step.provides.is_empty() && !step.removes.is_empty(), step.changes.first(), step.action.sql())
}

fn graph(steps: &[Step]) -> DiGraph<(), ()> {
    let mut graph = DiGraph::new();
    let nodes: Vec<NodeIndex> = steps.iter().map(|_| graph.add_node(())).collect();
    let provides = index(steps, |step| &step.provides);
    let removes = index(steps, |step| &step.removes);
    let frees = index(steps, |step| &step.names.frees);
    for (at, step) in steps.iter().enumerate() {
        let mut before = |first: usize, second: usize| {
            if first != second {
                graph.update_edge(nodes[first], nodes[second], ());
            }
        };
        for needed in &step.requires {
            provides.get(needed).into_iter().flatten().for_each(|provider| before(*provider, at));
            if !provides.contains_key(needed) {
                removes.get(needed).into_iter().flatten().for_each(|remover| before(at, *remover));
            }
        }
        for released in &step.releases {
            removes.get(released).into_iter().flatten().for_each(|remover| before(at, *remover));
        }
        for removed in &step.removes {
            provides.get(removed).into_iter().flatten().for_each(|provider| before(at, *provider));
        }
        for name in &step.names.takes {
            frees.get(name).into_iter().flatten().for_each(|freer| before(*freer, at));
        }
    }
    graph
}

fn index<'a, T: std::hash::Hash + Eq>(
    steps: &'a [Step],
    field: impl Fn(&'a Step) -> &'a Vec<T>,
) -> HashMap<&'a T, Vec<usize>> {
    let mut index: HashMap<&T, Vec<usize>> = HashMap::new();
    for (at, step) in steps.iter().enumerate() {
        for item in field(step) {
            index.entry(item).or_default().push(at);
        }
    }
    index
}

#[cfg(test)]
mod tests;
