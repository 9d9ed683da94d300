// The methods that the provider documents, sorted by service and name. Source:
// the provider's OpenAPI description of kCatalogueVersion; its command-line
// client for those of icu, eim and fcu.
//
// cmake/generate_catalogue.py writes kCatalogue, whose rows are those of
// methods.tsv, and kSlotFactor.

#ifndef API_ACCESS_SRC_METHOD_CATALOGUE_H_
#define API_ACCESS_SRC_METHOD_CATALOGUE_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <ranges>
#include <string_view>
#include <tuple>

#include "api_access/method.h"
#include "src/base/short_text.h"

namespace api_access::internal {

struct CatalogueEntry {
  Service service;
  std::string_view name;
  MethodClass method_class = MethodClass::kUnlisted;
  // Versions of the API; an empty last one: the method still exists.
  std::string_view first_version = {};
  std::string_view last_version = {};
};

constexpr bool ComesBefore(const CatalogueEntry& a, const CatalogueEntry& b) {
  return std::tie(a.service, a.name) < std::tie(b.service, b.name);
}

// clang-format off
inline constexpr auto kCatalogue = std::to_array<CatalogueEntry>({
    {Service::kApi, "AcceptNetPeering", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "AddUserToUserGroup", MethodClass::kOrdinary, "1.29.3", ""},
    {Service::kApi, "CheckAuthentication", MethodClass::kOrdinary, "1.0", ""},
    {Service::kApi, "CreateAccessKey", MethodClass::kManaging, "1.0", ""},
    {Service::kApi, "CreateAccount", MethodClass::kOrdinary, "1.0", ""},
    {Service::kApi, "CreateApiAccessRule", MethodClass::kManaging, "1.6", ""},
    {Service::kApi, "CreateCa", MethodClass::kManaging, "1.6", ""},
    {Service::kApi, "CreateClientGateway", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateDedicatedGroup", MethodClass::kOrdinary, "1.28.5", ""},
    {Service::kApi, "CreateDhcpOptions", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateDirectLink", MethodClass::kOrdinary, "0.10", ""},
    {Service::kApi, "CreateDirectLinkInterface", MethodClass::kOrdinary, "0.10", ""},
    {Service::kApi, "CreateFlexibleGpu", MethodClass::kOrdinary, "0.12", ""},
    {Service::kApi, "CreateImage", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateImageExportTask", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateInternetService", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateKeypair", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateListenerRule", MethodClass::kOrdinary, "1.0", ""},
    {Service::kApi, "CreateLoadBalancer", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateLoadBalancerListeners", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateLoadBalancerPolicy", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateLoadBalancerTags", MethodClass::kOrdinary, "1.0", ""},
    {Service::kApi, "CreateMasterKey", MethodClass::kOrdinary, "1.6", "1.7"},
    {Service::kApi, "CreateNatService", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateNet", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateNetAccessPoint", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateNetPeering", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateNic", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreatePolicy", MethodClass::kOrdinary, "1.28.5", ""},
    {Service::kApi, "CreatePolicyVersion", MethodClass::kOrdinary, "1.28.5", ""},
    {Service::kApi, "CreateProductType", MethodClass::kOrdinary, "1.28.5", ""},
    {Service::kApi, "CreatePublicIp", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateRoute", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateRouteTable", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateSecurityGroup", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateSecurityGroupRule", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateServerCertificate", MethodClass::kOrdinary, "1.0", ""},
    {Service::kApi, "CreateSnapshot", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateSnapshotExportTask", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateSubnet", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateTags", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateUser", MethodClass::kOrdinary, "1.27.0", ""},
    {Service::kApi, "CreateUserGroup", MethodClass::kOrdinary, "1.29.3", ""},
    {Service::kApi, "CreateVirtualGateway", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateVmGroup", MethodClass::kOrdinary, "1.26.0", ""},
    {Service::kApi, "CreateVmTemplate", MethodClass::kOrdinary, "1.26.0", ""},
    {Service::kApi, "CreateVms", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateVolume", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateVpnConnection", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "CreateVpnConnectionRoute", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DecryptCiphertext", MethodClass::kOrdinary, "1.6", "1.7"},
    {Service::kApi, "DeleteAccessKey", MethodClass::kManaging, "1.0", ""},
    {Service::kApi, "DeleteApiAccessRule", MethodClass::kManaging, "1.6", ""},
    {Service::kApi, "DeleteCa", MethodClass::kManaging, "1.6", ""},
    {Service::kApi, "DeleteClientGateway", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeleteDedicatedGroup", MethodClass::kOrdinary, "1.28.5", ""},
    {Service::kApi, "DeleteDhcpOptions", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeleteDirectLink", MethodClass::kOrdinary, "0.10", ""},
    {Service::kApi, "DeleteDirectLinkInterface", MethodClass::kOrdinary, "0.10", ""},
    {Service::kApi, "DeleteExportTask", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeleteFlexibleGpu", MethodClass::kOrdinary, "0.12", ""},
    {Service::kApi, "DeleteImage", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeleteInternetService", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeleteKeypair", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeleteListenerRule", MethodClass::kOrdinary, "1.0", ""},
    {Service::kApi, "DeleteLoadBalancer", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeleteLoadBalancerListeners", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeleteLoadBalancerPolicy", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeleteLoadBalancerTags", MethodClass::kOrdinary, "1.0", ""},
    {Service::kApi, "DeleteMasterKey", MethodClass::kOrdinary, "1.6", "1.7"},
    {Service::kApi, "DeleteNatService", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeleteNet", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeleteNetAccessPoint", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeleteNetPeering", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeleteNic", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeletePolicy", MethodClass::kOrdinary, "1.28.5", ""},
    {Service::kApi, "DeletePolicyVersion", MethodClass::kOrdinary, "1.28.5", ""},
    {Service::kApi, "DeleteProductType", MethodClass::kOrdinary, "1.34.0", ""},
    {Service::kApi, "DeletePublicIp", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeleteRoute", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeleteRouteTable", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeleteSecurityGroup", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeleteSecurityGroupRule", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeleteServerCertificate", MethodClass::kOrdinary, "1.0", ""},
    {Service::kApi, "DeleteSnapshot", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeleteSubnet", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeleteTags", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeleteUser", MethodClass::kOrdinary, "1.27.0", ""},
    {Service::kApi, "DeleteUserGroup", MethodClass::kOrdinary, "1.29.3", ""},
    {Service::kApi, "DeleteUserGroupPolicy", MethodClass::kOrdinary, "1.29.3", ""},
    {Service::kApi, "DeleteUserPolicy", MethodClass::kOrdinary, "1.34.3", ""},
    {Service::kApi, "DeleteVirtualGateway", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeleteVmGroup", MethodClass::kOrdinary, "1.26.0", ""},
    {Service::kApi, "DeleteVmTemplate", MethodClass::kOrdinary, "1.26.0", ""},
    {Service::kApi, "DeleteVms", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeleteVolume", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeleteVpnConnection", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeleteVpnConnectionRoute", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DeregisterVmsInLoadBalancer", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "DisableOutscaleLogin", MethodClass::kOrdinary, "1.35.4", ""},
    {Service::kApi, "DisableOutscaleLoginForUsers", MethodClass::kOrdinary, "1.35.4", ""},
    {Service::kApi, "DisableOutscaleLoginPerUsers", MethodClass::kOrdinary, "1.35.4", ""},
    {Service::kApi, "EnableOutscaleLogin", MethodClass::kOrdinary, "1.35.4", ""},
    {Service::kApi, "EnableOutscaleLoginForUsers", MethodClass::kOrdinary, "1.35.4", ""},
    {Service::kApi, "EnableOutscaleLoginPerUsers", MethodClass::kOrdinary, "1.35.4", ""},
    {Service::kApi, "EncryptPlaintext", MethodClass::kOrdinary, "1.6", "1.7"},
    {Service::kApi, "GenerateDataKey", MethodClass::kOrdinary, "1.6", "1.7"},
    {Service::kApi, "LinkFlexibleGpu", MethodClass::kOrdinary, "0.12", ""},
    {Service::kApi, "LinkInternetService", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "LinkLoadBalancerBackendMachines", MethodClass::kOrdinary, "1.18.0", ""},
    {Service::kApi, "LinkManagedPolicyToUserGroup", MethodClass::kOrdinary, "1.29.3", ""},
    {Service::kApi, "LinkNic", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "LinkPolicy", MethodClass::kOrdinary, "1.28.5", ""},
    {Service::kApi, "LinkPrivateIps", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "LinkPublicIp", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "LinkRouteTable", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "LinkVirtualGateway", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "LinkVolume", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "PutUserGroupPolicy", MethodClass::kOrdinary, "1.29.3", ""},
    {Service::kApi, "PutUserPolicy", MethodClass::kOrdinary, "1.34.3", ""},
    {Service::kApi, "ReadAccessKeys", MethodClass::kManaging, "1.0", ""},
    {Service::kApi, "ReadAccounts", MethodClass::kOrdinary, "1.0", ""},
    {Service::kApi, "ReadAdminPassword", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadApiAccessPolicy", MethodClass::kManaging, "1.14", ""},
    {Service::kApi, "ReadApiAccessRules", MethodClass::kManaging, "1.6", ""},
    {Service::kApi, "ReadApiLogs", MethodClass::kOrdinary, "0.9", ""},
    {Service::kApi, "ReadCO2EmissionAccount", MethodClass::kOrdinary, "1.37.1", ""},
    {Service::kApi, "ReadCas", MethodClass::kManaging, "1.6", ""},
    {Service::kApi, "ReadCatalog", MethodClass::kOrdinary, "1.19.0", ""},
    {Service::kApi, "ReadCatalogs", MethodClass::kOrdinary, "1.26.0", ""},
    {Service::kApi, "ReadClientGateways", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadConsoleOutput", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadConsumptionAccount", MethodClass::kOrdinary, "1.0", ""},
    {Service::kApi, "ReadDedicatedGroups", MethodClass::kOrdinary, "1.28.5", ""},
    {Service::kApi, "ReadDhcpOptions", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadDirectLinkInterfaces", MethodClass::kOrdinary, "0.10", ""},
    {Service::kApi, "ReadDirectLinks", MethodClass::kOrdinary, "0.10", ""},
    {Service::kApi, "ReadEntitiesLinkedToPolicy", MethodClass::kOrdinary, "1.33.1", ""},
    {Service::kApi, "ReadFlexibleGpuCatalog", MethodClass::kPublic, "0.14", ""},
    {Service::kApi, "ReadFlexibleGpus", MethodClass::kOrdinary, "0.12", ""},
    {Service::kApi, "ReadImageExportTasks", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadImages", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadInternetServices", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadKeypairs", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadLinkedPolicies", MethodClass::kOrdinary, "1.28.5", ""},
    {Service::kApi, "ReadListenerRules", MethodClass::kOrdinary, "1.0", ""},
    {Service::kApi, "ReadLoadBalancerTags", MethodClass::kOrdinary, "1.0", ""},
    {Service::kApi, "ReadLoadBalancers", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadLocations", MethodClass::kPublic, "0.10", ""},
    {Service::kApi, "ReadManagedPoliciesLinkedToUserGroup", MethodClass::kOrdinary, "1.29.3", ""},
    {Service::kApi, "ReadMasterKeys", MethodClass::kOrdinary, "1.6", "1.7"},
    {Service::kApi, "ReadNatServices", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadNetAccessPointServices", MethodClass::kPublic, "0.8.1", ""},
    {Service::kApi, "ReadNetAccessPoints", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadNetPeerings", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadNets", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadNics", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadPolicies", MethodClass::kOrdinary, "1.28.5", ""},
    {Service::kApi, "ReadPolicy", MethodClass::kOrdinary, "1.28.5", ""},
    {Service::kApi, "ReadPolicyVersion", MethodClass::kOrdinary, "1.28.5", ""},
    {Service::kApi, "ReadPolicyVersions", MethodClass::kOrdinary, "1.28.5", ""},
    {Service::kApi, "ReadProductTypes", MethodClass::kPublic, "0.9", ""},
    {Service::kApi, "ReadPublicCatalog", MethodClass::kPublic, "1.19.0", ""},
    {Service::kApi, "ReadPublicIpRanges", MethodClass::kPublic, "0.9", ""},
    {Service::kApi, "ReadPublicIps", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadQuotas", MethodClass::kOrdinary, "0.9", ""},
    {Service::kApi, "ReadRegions", MethodClass::kPublic, "1.0", ""},
    {Service::kApi, "ReadRouteTables", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadSecretAccessKey", MethodClass::kManaging, "1.0", "1.33.1"},
    {Service::kApi, "ReadSecurityGroups", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadServerCertificates", MethodClass::kOrdinary, "1.0", ""},
    {Service::kApi, "ReadSnapshotExportTasks", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadSnapshots", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadSubnets", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadSubregions", MethodClass::kOrdinary, "0.10", ""},
    {Service::kApi, "ReadTags", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadUnitPrice", MethodClass::kOrdinary, "1.33.1", ""},
    {Service::kApi, "ReadUserGroup", MethodClass::kOrdinary, "1.29.3", ""},
    {Service::kApi, "ReadUserGroupPolicies", MethodClass::kOrdinary, "1.29.3", ""},
    {Service::kApi, "ReadUserGroupPolicy", MethodClass::kOrdinary, "1.29.3", ""},
    {Service::kApi, "ReadUserGroups", MethodClass::kOrdinary, "1.29.3", ""},
    {Service::kApi, "ReadUserGroupsPerUser", MethodClass::kOrdinary, "1.29.3", ""},
    {Service::kApi, "ReadUserPolicies", MethodClass::kOrdinary, "1.34.3", ""},
    {Service::kApi, "ReadUserPolicy", MethodClass::kOrdinary, "1.34.3", ""},
    {Service::kApi, "ReadUsers", MethodClass::kOrdinary, "1.27.0", ""},
    {Service::kApi, "ReadVirtualGateways", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadVmGroups", MethodClass::kOrdinary, "1.26.0", ""},
    {Service::kApi, "ReadVmTemplates", MethodClass::kOrdinary, "1.26.0", ""},
    {Service::kApi, "ReadVmTypes", MethodClass::kPublic, "0.10", ""},
    {Service::kApi, "ReadVms", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadVmsHealth", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadVmsState", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadVolumeUpdateTasks", MethodClass::kOrdinary, "1.36.3", ""},
    {Service::kApi, "ReadVolumes", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "ReadVpnConnections", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "RebootVms", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "RegisterVmsInLoadBalancer", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "RejectNetPeering", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "RemoveUserFromUserGroup", MethodClass::kOrdinary, "1.29.3", ""},
    {Service::kApi, "ResetAccountPassword", MethodClass::kPublic, "1.0", "1.27.0"},
    {Service::kApi, "ScaleDownVmGroup", MethodClass::kOrdinary, "1.26.0", ""},
    {Service::kApi, "ScaleUpVmGroup", MethodClass::kOrdinary, "1.26.0", ""},
    {Service::kApi, "SendResetPasswordEmail", MethodClass::kPublic, "1.0", "1.27.0"},
    {Service::kApi, "SetDefaultPolicyVersion", MethodClass::kOrdinary, "1.28.5", ""},
    {Service::kApi, "StartVms", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "StopVms", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "UndeleteMasterKey", MethodClass::kOrdinary, "1.6", "1.7"},
    {Service::kApi, "UnlinkFlexibleGpu", MethodClass::kOrdinary, "0.12", ""},
    {Service::kApi, "UnlinkInternetService", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "UnlinkLoadBalancerBackendMachines", MethodClass::kOrdinary, "1.18.0", ""},
    {Service::kApi, "UnlinkManagedPolicyFromUserGroup", MethodClass::kOrdinary, "1.29.3", ""},
    {Service::kApi, "UnlinkNic", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "UnlinkPolicy", MethodClass::kOrdinary, "1.28.5", ""},
    {Service::kApi, "UnlinkPrivateIps", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "UnlinkPublicIp", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "UnlinkRouteTable", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "UnlinkVirtualGateway", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "UnlinkVolume", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "UpdateAccessKey", MethodClass::kManaging, "1.0", ""},
    {Service::kApi, "UpdateAccount", MethodClass::kOrdinary, "1.0", ""},
    {Service::kApi, "UpdateApiAccessPolicy", MethodClass::kManaging, "1.14", ""},
    {Service::kApi, "UpdateApiAccessRule", MethodClass::kManaging, "1.6", ""},
    {Service::kApi, "UpdateCa", MethodClass::kManaging, "1.6", ""},
    {Service::kApi, "UpdateDedicatedGroup", MethodClass::kOrdinary, "1.28.5", ""},
    {Service::kApi, "UpdateDirectLinkInterface", MethodClass::kOrdinary, "1.20.0", ""},
    {Service::kApi, "UpdateFlexibleGpu", MethodClass::kOrdinary, "0.12", ""},
    {Service::kApi, "UpdateImage", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "UpdateListenerRule", MethodClass::kOrdinary, "1.0", ""},
    {Service::kApi, "UpdateLoadBalancer", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "UpdateMasterKey", MethodClass::kOrdinary, "1.6", "1.7"},
    {Service::kApi, "UpdateNet", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "UpdateNetAccessPoint", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "UpdateNic", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "UpdateRoute", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "UpdateRoutePropagation", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "UpdateRouteTableLink", MethodClass::kOrdinary, "1.28.5", ""},
    {Service::kApi, "UpdateServerCertificate", MethodClass::kOrdinary, "1.0", ""},
    {Service::kApi, "UpdateSnapshot", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "UpdateSubnet", MethodClass::kOrdinary, "0.9", ""},
    {Service::kApi, "UpdateUser", MethodClass::kOrdinary, "1.27.0", ""},
    {Service::kApi, "UpdateUserGroup", MethodClass::kOrdinary, "1.29.3", ""},
    {Service::kApi, "UpdateVm", MethodClass::kOrdinary, "0.8.1", ""},
    {Service::kApi, "UpdateVmGroup", MethodClass::kOrdinary, "1.26.0", ""},
    {Service::kApi, "UpdateVmTemplate", MethodClass::kOrdinary, "1.26.0", ""},
    {Service::kApi, "UpdateVolume", MethodClass::kOrdinary, "1.6", ""},
    {Service::kApi, "UpdateVpnConnection", MethodClass::kOrdinary, "1.16.0", ""},
    {Service::kIcu, "AuthenticateAccount", MethodClass::kPublic, "", ""},
    {Service::kIcu, "CheckSignature", MethodClass::kPublic, "", ""},
    {Service::kIcu, "CreateAccessKey", MethodClass::kManaging, "", ""},
    {Service::kIcu, "CreateAccount", MethodClass::kOrdinary, "", ""},
    {Service::kIcu, "DeleteAccessKey", MethodClass::kManaging, "", ""},
    {Service::kIcu, "GetAccessKey", MethodClass::kManaging, "", ""},
    {Service::kIcu, "GetAccount", MethodClass::kOrdinary, "", ""},
    {Service::kIcu, "ListAccessKeys", MethodClass::kManaging, "", ""},
    {Service::kIcu, "ReadCatalog", MethodClass::kOrdinary, "", ""},
    {Service::kIcu, "ReadConsumptionAccount", MethodClass::kOrdinary, "", ""},
    {Service::kIcu, "ReadPublicCatalog", MethodClass::kPublic, "", ""},
    {Service::kIcu, "ReadQuotas", MethodClass::kOrdinary, "", ""},
    {Service::kIcu, "ResetAccountPassword", MethodClass::kPublic, "", ""},
    {Service::kIcu, "SendResetPasswordEmail", MethodClass::kPublic, "", ""},
    {Service::kIcu, "UpdateAccessKey", MethodClass::kManaging, "", ""},
    {Service::kIcu, "UpdateAccount", MethodClass::kOrdinary, "", ""},
    {Service::kFcu, "DescribeRegions", MethodClass::kPublic, "", ""},
    {Service::kFcu, "ReadPublicIpRanges", MethodClass::kPublic, "", ""},
    {Service::kEim, "CreateAccessKey", MethodClass::kManaging, "", ""},
    {Service::kEim, "DeleteAccessKey", MethodClass::kManaging, "", ""},
    {Service::kEim, "ListAccessKeys", MethodClass::kManaging, "", ""},
    {Service::kEim, "UpdateAccessKey", MethodClass::kManaging, "", ""},
});
// clang-format on

static_assert(std::ranges::adjacent_find(kCatalogue,
                                         [](const auto& a, const auto& b) {
                                           return !ComesBefore(a, b);
                                         }) == kCatalogue.end(),
              "not strictly ascending");

// The service and the size of the name: of equal tags, both are equal. A search
// that compares tags and bytes needs no more.
constexpr std::uint64_t TagOf(Service service, std::string_view name) {
  return std::uint64_t{name.size()} << 8 | static_cast<std::uint8_t>(service);
}

// A perfect hash of the catalogue: with this factor no two entries share a
// slot. One odd number in about ten thousand has that property, so the search
// takes a second. With half as many slots it would be one in some ten million.
inline constexpr int kSlotBits = 12;
inline constexpr std::uint64_t kSlotFactor = 0x56cd'2cf0'5f70'70bb;
constexpr std::size_t SlotOf(std::uint64_t tag, std::string_view name) {
  return static_cast<std::size_t>(HashEnds(name, tag, kSlotFactor) >>
                                  (64 - kSlotBits));
}

// The place of each slot's entry in the catalogue, counted from 1; 0: none.
inline constexpr auto kSlots = [] {
  std::array<std::uint16_t, std::size_t{1} << kSlotBits> slots{};
  for (std::size_t i = 0; i < kCatalogue.size(); ++i) {
    const CatalogueEntry& entry = kCatalogue[i];
    slots[SlotOf(TagOf(entry.service, entry.name), entry.name)] =
        static_cast<std::uint16_t>(i + 1);
  }
  return slots;
}();
static_assert(std::ranges::count_if(kSlots,
                                    [](auto slot) { return slot != 0; }) ==
                  std::ranges::ssize(kCatalogue),
              "two entries share a slot: run cmake/generate_catalogue.py");

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_METHOD_CATALOGUE_H_
