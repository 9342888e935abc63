using FhirGateway.Sandbox.Tests.Contract;

namespace FhirGateway.Sandbox.Tests;

// The same expectations on a real HAPI FHIR: what fails here is expected wrongly.

public sealed class HapiReading() : ReadingContract(FhirServer.Hapi());

public sealed class HapiCreating() : CreatingContract(FhirServer.Hapi());

public sealed class HapiUpdating() : UpdatingContract(FhirServer.Hapi());

public sealed class HapiDeleting() : DeletingContract(FhirServer.Hapi());

public sealed class HapiPatching() : PatchingContract(FhirServer.Hapi());

public sealed class HapiReferences() : ReferenceContract(FhirServer.Hapi());

public sealed class HapiSearching() : SearchingContract(FhirServer.Hapi());

public sealed class HapiTransactions() : TransactionContract(FhirServer.Hapi());

public sealed class HapiRaces() : RaceContract(FhirServer.Hapi());
