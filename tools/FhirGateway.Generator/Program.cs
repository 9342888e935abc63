Console.Error.WriteLine("usage: FhirGateway.Generator <definitions.tgz> <repository root>");
return 2;
