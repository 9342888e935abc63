using FhirGateway.Sandbox.Tests.Contract;

namespace FhirGateway.Sandbox.Tests;

// The same expectations on a real HAPI FHIR: what fails here is expected wrongly.

[AgainstHapi]
public sealed class HapiReading() : ReadingContract(FhirServer.Hapi());

[AgainstHapi]
public sealed class HapiCreating() : CreatingContract(FhirServer.Hapi());

[AgainstHapi]
public sealed class HapiUpdating() : UpdatingContract(FhirServer.Hapi());

[AgainstHapi]
public sealed class HapiDeleting() : DeletingContract(FhirServer.Hapi());

[AgainstHapi]
public sealed class HapiPatching() : PatchingContract(FhirServer.Hapi());

[AgainstHapi]
public sealed class HapiReferences() : ReferenceContract(FhirServer.Hapi());

[AgainstHapi]
public sealed class HapiSearching() : SearchingContract(FhirServer.Hapi());

[AgainstHapi]
public sealed class HapiTransactions() : TransactionContract(FhirServer.Hapi());

[AgainstHapi]
public sealed class HapiRaces() : RaceContract(FhirServer.Hapi());
