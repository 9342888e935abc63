# Builds the gateway from source; the image holds the program and nothing else, and runs it as an unprivileged user.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
# The packages that the lock files name, and no others.
RUN dotnet restore src/FhirGateway --locked-mode
# --build-arg REVISION=$(git rev-parse HEAD): notes name the build that wrote them, and the sources alone don't know it.
ARG REVISION=
RUN dotnet publish src/FhirGateway -c Release --no-restore -o /app -p:SourceRevisionId=$REVISION

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
RUN mkdir /data && chown app:app /data
USER app
VOLUME /data
ENV ASPNETCORE_HTTP_PORTS=8080 Gateway__Ledger__Path=/data/ledger.db
EXPOSE 8080
ENTRYPOINT ["dotnet", "FhirGateway.dll"]
