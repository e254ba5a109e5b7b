// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// Roots of a log's signed checkpoints. Only the owner appends, and sizes only grow.
contract CheckpointAnchor {
    address public immutable owner;
    bytes32 public immutable origin; // SHA-256 of the log's origin line
    uint64 public size;
    bytes32 public root; // of the tree of the first `size` entries

    event Anchored(uint64 indexed size, bytes32 root);

    error NotOwner();
    error NotGrowing(uint64 anchored, uint64 offered);

    constructor(bytes32 origin_) {
        owner = msg.sender;
        origin = origin_;
    }

    function anchor(uint64 size_, bytes32 root_) external {
        if (msg.sender != owner) revert NotOwner();
        if (size_ <= size) revert NotGrowing(size, size_);
        size = size_;
        root = root_;
        emit Anchored(size_, root_);
    }
}
