using FhirGateway.Sandbox.Tests.Contract;

namespace FhirGateway.Sandbox.Tests;

// Each contract on the sandbox, and on HAPI, which it must be like.

public sealed class SandboxReading() : ReadingContract(FhirServer.Sandbox());

public sealed class SandboxCreating() : CreatingContract(FhirServer.Sandbox());

public sealed class SandboxUpdating() : UpdatingContract(FhirServer.Sandbox());

public sealed class SandboxDeleting() : DeletingContract(FhirServer.Sandbox());

public sealed class SandboxPatching() : PatchingContract(FhirServer.Sandbox());

public sealed class SandboxReferences() : ReferenceContract(FhirServer.Sandbox());

public sealed class SandboxSearching() : SearchingContract(FhirServer.Sandbox());

public sealed class SandboxTransactions() : TransactionContract(FhirServer.Sandbox());

public sealed class SandboxRaces() : RaceContract(FhirServer.Sandbox());
