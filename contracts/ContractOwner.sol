// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// An owner that is neither a key nor a Safe, as a timelock or a DAO is one: its controller calls through it.
contract ContractOwner {
    address public immutable controller;

    constructor(address controller_) { controller = controller_; }

    /// A call that fails is reverted with its own reason.
    function execute(address to, bytes calldata data) external {
        require(msg.sender == controller, "Not the controller");
        (bool succeeded, bytes memory answer) = to.call(data);
        if (!succeeded) assembly { revert(add(answer, 32), mload(answer)) }
    }
}
