using FhirGateway.CommandLine;

return await GatewayCommand.RunAsync(args);
